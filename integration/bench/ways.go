package main

// way is one of the ways to the source that take turns in a measurement.
type way struct {
	name    string
	address string
	process *process // what stands between; nil: nothing
}

// ways are direct, through HAProxy, and through the product, in this order.
func (b *bench) ways(secure bool) [3]way {
	p, product := b.plain, b.product.plain
	if secure {
		p, product = b.secure, b.product.secure
	}
	return [3]way{{"direct", b.source, nil}, {"HAProxy", p.haproxy, b.haproxy}, {"tds-launchpad", p.product, product}}
}

// wayNames are the columns of forwarding.
var wayNames = []string{"direct", "HAProxy", "tds-launchpad"}

// processorColumn is over what efforts shows.
var processorColumn = []string{"processor time, by HAProxy's"}
