package executor

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// capture drains one of a satellite's pipes and keeps a bounded part of what came:
// three quarters of the bound from the beginning, one quarter from the end. It
// never stops reading, so a script that prints without end is not held up.
type capture struct {
	headMax, tailMax int
	head, tail       []byte
	dropped          int64
	done             chan struct{}
}

// startCapture drains r in a goroutine that ends with it.
func startCapture(r io.Reader, limit int) *capture {
	c := &capture{headMax: limit - limit/4, tailMax: limit / 4, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		buf := make([]byte, 16<<10)
		for {
			n, err := r.Read(buf)
			c.add(buf[:n])
			if err != nil {
				return
			}
		}
	}()
	return c
}

func (c *capture) add(p []byte) {
	if room := c.headMax - len(c.head); room > 0 {
		n := min(room, len(p))
		c.head = append(c.head, p[:n]...)
		p = p[n:]
	}
	c.tail = append(c.tail, p...)
	if over := len(c.tail) - c.tailMax; over > 0 && len(c.tail) > 2*c.tailMax {
		c.dropped += int64(over)
		c.tail = c.tail[:copy(c.tail, c.tail[over:])]
	}
}

// wait waits for the end of the pipe, at most for d. It reports whether it came.
func (c *capture) wait(d time.Duration) bool {
	select {
	case <-c.done:
		return true
	default:
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.done:
		return true
	case <-timer.C:
		return false
	}
}

// text returns what was kept, as valid UTF-8, with a note where something was left
// out. Only after done.
func (c *capture) text() string {
	tail, dropped := c.tail, c.dropped
	if over := len(tail) - c.tailMax; over > 0 {
		dropped += int64(over)
		tail = tail[over:]
	}
	if dropped == 0 {
		return strings.ToValidUTF8(string(c.head)+string(tail), "\uFFFD")
	}
	note := fmt.Sprintf("\n[tds-launchpad: %d bytes of output left out here]\n", dropped)
	return strings.ToValidUTF8(string(c.head)+note+string(tail), "\uFFFD")
}
