package scenarios

// Builtin returns the scenarios that ship with Standin, in the order of their
// names in the documentation.
func Builtin() []Scenario { return nil }

// Load reads scenario files: a file, or every *.yaml, *.yml and *.json in a
// directory. Errors are spec.Errors, with file, line and column.
func Load(path string) ([]Scenario, error) { return nil, nil }

// Parse reads one scenario file at hand; several scenarios may stand in it as
// several YAML documents.
func Parse(file string, data []byte) ([]Scenario, error) { return nil, nil }
