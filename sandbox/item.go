package sandbox

// State of a confinement item.
type State string

// The states that doctor prints.
const (
	Active      State = "active"
	Unavailable State = "unavailable"
	Off         State = "off"
)

// Item is one thing that confines satellites, as found on this machine.
type Item struct {
	// Name is what Config.Waive refers to, such as "seccomp".
	Name string
	// Title says in a few words what it is.
	Title string
	State State
	// Detail says what is used, where there is a choice ("cgroup v1").
	Detail string
	// Why it is not active, and what would make it so.
	Why, Remedy string
	// Required items must be active or waived, else no script runs.
	Required bool
	// Waived by the configuration.
	Waived bool
}

// Missing tells whether the item stands in the way of running scripts.
func (it Item) Missing() bool { return it.Required && !it.Waived && it.State != Active }
