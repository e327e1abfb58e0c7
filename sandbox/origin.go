package sandbox

// Origin is how a call came by its satellite.
type Origin uint8

const (
	// Cold: an interpreter was started for it.
	Cold Origin = iota
	// Forked from the zygote for it.
	Forked
	// Ready: it waited, forked from the zygote before.
	Ready
)

func (o Origin) String() string { return [...]string{"cold", "forked", "ready"}[min(o, Ready)] }
