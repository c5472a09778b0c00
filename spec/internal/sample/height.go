package sample

import "slices"

// endless is the height of a plan that has no finite instance.
const endless = 1 << 20

// limitClimb bounds the work on one height. Beyond it a plan counts as tall.
const limitClimb = 20_000

// height bounds the depth of the flattest instance of a plan: 1 for a scalar or
// an empty container. It decides the way out of a schema that holds itself: the
// parts of an instance of height n have heights below n.
func (w *world) height(p *plan) int {
	if h := p.height.Load(); h > 0 {
		return int(h)
	}
	c := climber{w: w}
	h := c.height(p)
	p.height.Store(int32(h))
	return h
}

// climber works out heights. A plan that it meets inside itself is no way to a
// finite instance, so a finite height never rests on one, and is kept; an
// endless one may, and is kept only of the plan it started from.
type climber struct {
	w     *world
	path  []*plan
	steps int
}

func (c *climber) height(p *plan) int {
	if h := p.height.Load(); h > 0 {
		return int(h)
	}
	if c.steps++; c.steps > limitClimb {
		return endless / 2
	}
	if p.never != nil || slices.Contains(c.path, p) {
		return endless
	}
	c.path = append(c.path, p)
	h := c.of(p)
	c.path = c.path[:len(c.path)-1]
	if h < endless {
		p.height.Store(int32(h))
	}
	return h
}

func (c *climber) of(p *plan) int {
	switch {
	case len(p.open) > 0:
		for _, b := range p.open[0].branches {
			if h := c.height(c.w.next(p, p.open[0], b)); h < endless {
				return h
			}
		}
		return endless
	case p.enum != nil || p.types&(typeNull|typeBoolean|typeNumber|typeString) != 0:
		return 1
	case p.types&typeArray != 0 && p.types&typeObject != 0:
		return min(c.array(p), c.object(p))
	case p.types&typeArray != 0:
		return c.array(p)
	}
	return c.object(p)
}

func (c *climber) array(p *plan) int {
	h := 1
	if p.arr == nil {
		return h
	}
	for i := range min(p.arr.min, p.arr.prefix+1) {
		h = max(h, 1+c.height(c.w.itemPlan(p.arr, i)))
	}
	return min(h, endless)
}

func (c *climber) object(p *plan) int {
	h := 1
	if p.obj == nil {
		return h
	}
	for _, prop := range p.obj.props {
		if prop.required {
			h = max(h, 1+c.height(c.w.propertyPlan(prop)))
		}
	}
	return min(h, endless)
}
