package sample

// endless is the height of a plan that has no finite instance within reach.
const endless = 24

// height is the depth of the flattest instance of a plan: 1 for a scalar or an
// empty container. It decides the way out of a schema that holds itself.
func (w *world) height(p *plan) int {
	if h := p.height.Load(); h > 0 {
		return int(h)
	}
	for h := 1; h < endless; h++ {
		if w.fits(p, h, map[*plan]int{}) {
			p.height.Store(int32(h))
			return h
		}
	}
	p.height.Store(endless)
	return endless
}

// fits reports whether a plan has an instance of at most that depth. failed
// holds the greatest depth that a plan is known not to fit in.
func (w *world) fits(p *plan, depth int, failed map[*plan]int) bool {
	if h := int(p.height.Load()); h > 0 {
		return h <= depth
	}
	if p.never != nil || depth <= 0 {
		return false
	}
	if d, ok := failed[p]; ok && depth <= d {
		return false
	}
	failed[p] = depth
	if w.fitsWithin(p, depth, failed) {
		delete(failed, p)
		return true
	}
	return false
}

func (w *world) fitsWithin(p *plan, depth int, failed map[*plan]int) bool {
	if len(p.open) > 0 {
		c := p.open[0]
		for _, b := range c.branches {
			if w.fits(w.next(p, c, b), depth, failed) {
				return true
			}
		}
		return false
	}
	if p.enum != nil || p.types&(typeNull|typeBoolean|typeNumber|typeString) != 0 {
		return true
	}
	return p.types&typeArray != 0 && w.fitsArray(p, depth, failed) || p.types&typeObject != 0 && w.fitsObject(p, depth, failed)
}

func (w *world) fitsArray(p *plan, depth int, failed map[*plan]int) bool {
	if p.arr == nil {
		return true
	}
	for i := range min(p.arr.min, p.arr.prefix+1) {
		if !w.fits(w.itemPlan(p.arr, i), depth-1, failed) {
			return false
		}
	}
	return true
}

func (w *world) fitsObject(p *plan, depth int, failed map[*plan]int) bool {
	if p.obj == nil {
		return true
	}
	for _, prop := range p.obj.props {
		if prop.required && !w.fits(w.propertyPlan(prop), depth-1, failed) {
			return false
		}
	}
	return true
}
