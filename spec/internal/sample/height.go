package sample

// endless is the height of a plan that has no instance of a reasonable depth,
// mostly because it requires itself.
const endless = 24

// height is the depth of the flattest instance of a plan: 1 for a scalar or an
// empty container. It decides the way out of a schema that holds itself.
//
// The number depends on nothing but the plan, so it doesn't matter which plan
// is asked about first. What is learnt on the way is kept in the plans.
func (w *world) height(p *plan) int {
	for h := int(p.tooFlat.Load()) + 1; h < endless; h++ {
		if w.fits(p, h) {
			return h
		}
	}
	return endless
}

// fits reports whether a plan has an instance of at most that height.
func (w *world) fits(p *plan, h int) bool {
	if p.never != nil || h <= int(p.tooFlat.Load()) {
		return false
	}
	if known := int(p.highEnough.Load()); known > 0 && h >= known {
		return true
	}
	if w.fitsAnew(p, h) {
		p.highEnough.Store(int32(h))
		return true
	}
	p.tooFlat.Store(int32(h))
	return false
}

func (w *world) fitsAnew(p *plan, h int) bool {
	if h <= 0 {
		return false
	}
	if len(p.open) > 0 {
		for _, b := range p.open[0].branches {
			if w.fits(w.next(p, p.open[0], b), h) {
				return true
			}
		}
		return false
	}
	if p.enum != nil || p.types&(typeNull|typeBoolean|typeNumber|typeString) != 0 {
		return true
	}
	return p.types&typeArray != 0 && w.fitsArray(p, h) || p.types&typeObject != 0 && w.fitsObject(p, h)
}

func (w *world) fitsArray(p *plan, h int) bool {
	if p.arr == nil {
		return true
	}
	for i := range min(p.arr.min, p.arr.prefix+1) {
		if !w.fits(w.itemPlan(p.arr, i), h-1) {
			return false
		}
	}
	return true
}

func (w *world) fitsObject(p *plan, h int) bool {
	if p.obj == nil {
		return true
	}
	for _, prop := range p.obj.props {
		if prop.required && !w.fits(w.propertyPlan(prop), h-1) {
			return false
		}
	}
	return true
}

// lacking finds the part that keeps a plan without height from having an
// instance: one without any, which it requires. Nil means that there is none,
// and the plan goes in circles.
func (w *world) lacking(p *plan, seen map[*plan]bool) (*schema, string) {
	if p.never != nil {
		return p.never, p.why
	}
	if seen[p] || w.height(p) < endless {
		return nil, ""
	}
	seen[p] = true
	for _, part := range w.required(p) {
		if at, why := w.lacking(part, seen); at != nil {
			return at, why
		}
	}
	return nil, ""
}

// required lists the plans that an instance of p needs instances of, or one of
// which it needs.
func (w *world) required(p *plan) []*plan {
	var parts []*plan
	if len(p.open) > 0 {
		for _, b := range p.open[0].branches {
			parts = append(parts, w.next(p, p.open[0], b))
		}
		return parts
	}
	if p.arr != nil {
		for i := range min(p.arr.min, p.arr.prefix+1) {
			parts = append(parts, w.itemPlan(p.arr, i))
		}
	}
	if p.obj != nil {
		for _, prop := range p.obj.props {
			if prop.required {
				parts = append(parts, w.propertyPlan(prop))
			}
		}
	}
	return parts
}
