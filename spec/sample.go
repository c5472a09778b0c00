package spec

import "errors"

type samples struct{}

func newSamples(any) *samples { return &samples{} }

func (d *Document) sampleBody(m *MediaSpec, w Want) ([]byte, error) {
	return nil, errors.New("there is no example, and samples are not made yet")
}

func (d *Document) sampleHeader(h *param, w Want) (string, bool) {
	if s, ok := h.at.Get("example").Value().(string); ok {
		return s, true
	}
	s, ok := h.schema.Get("examples").At(0).Value().(string)
	return s, ok
}
