package mock

// Touch notes that the sandbox was used, as every exchange does: the least
// recently used ones are dropped first.
func (s *Sandbox) Touch() { s.touch(s.h.opts.Wall()) }

// Lookup returns the sandbox of that name, nil if there is none. Unlike
// [Handler.Sandbox] it makes none.
func (h *Handler) Lookup(name string) *Sandbox {
	t := &h.sandboxes
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.names[name]
}

// Len is how many exchanges are kept.
func (j *Journal) Len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.count
}
