// Package sample makes believable instances of JSON Schemas.
//
// It reads schemas of the 2020-12 dialect, decoded into maps, slices, strings,
// numbers, booleans and nil, as an OpenAPI document holds them once `nullable`
// is rewritten to type arrays. It knows no OpenAPI model: a reference is
// followed by asking [Options].Resolve.
//
//	g := sample.New(sample.Options{Resolve: lookUp})
//	v, err := g.Generate(sample.Request{
//		Schema: schema,
//		Name:   "User",
//		Seed:   [2]uint64{1, 2},
//		Now:    now,
//	})
//	body := v.AppendJSON(nil)
//
// # What it promises
//
// Every instance satisfies its schema: the package checks each with a checker
// of its own, and with [Options].Valid where there is one. What cannot be
// satisfied is an [*Unsatisfiable] error, which names the schema's JSON pointer
// and says why. The same request gives the same bytes, on every platform.
//
// # How it works
//
// Schemas are parsed once and kept. A value is made from a plan: the
// conjunction of all the schemas that hold at one place of the instance (the
// schema, what it refers to, its allOf, the branch chosen of each anyOf, oneOf
// or condition), boiled down to one set of limits. Choosing a branch gives a
// new plan, so merging is the same act everywhere, and plans are shared by all
// places that hold the same schemas.
//
// Every value draws from a seed that derives from its path in the instance,
// so adding a property changes no other one. An object's properties agree with
// each other: they share one person, one place and one history, which likewise
// derive from the object's path.
//
// Optional properties are filled until a budget of depth and nodes is used up.
// A schema that is met inside itself is left out where that is optional, and
// else ended the shortest way there is.
package sample
