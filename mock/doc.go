// Package mock is the mock itself: it decides, remembers and writes. serve.go
// is the file to read first: the life of a request is one function there.
package mock
