// Package storefront is the fake.
package storefront
