package executor

import (
	"testing"

	"go.uber.org/goleak"

	"tds-launchpad/sandbox"
)

func TestMain(m *testing.M) {
	sandbox.Init()
	goleak.VerifyTestMain(m)
}
