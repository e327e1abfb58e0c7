package proxy

import (
	"errors"
	"testing"
	"time"
)

// A client that sends a request behind a call that never ends is not waited for as long: nobody
// would notice that it has left.
func TestPatienceWithClientsThatDoNotWait(t *testing.T) {
	var f flow
	f.init()
	f.patience = time.Millisecond
	if err := f.take(newTakeover()); err != nil {
		t.Fatal(err)
	}
	var client *clientError
	if err := f.wait(); !errors.As(err, &client) {
		t.Errorf("wait behind a call: %v", err)
	}
	if err := f.take(newTakeover()); !errors.As(err, &client) {
		t.Errorf("take during a call: %v", err)
	}
	f.giveBack()
	if err := f.wait(); err != nil {
		t.Errorf("wait without a call: %v", err)
	}
	f.request()
	if err := f.take(newTakeover()); !errors.As(err, &client) {
		t.Errorf("take while an answer is owed: %v", err)
	}
	f.end()
	if err := f.wait(); !errors.Is(err, errSessionOver) {
		t.Errorf("wait after the end: %v", err)
	}
}
