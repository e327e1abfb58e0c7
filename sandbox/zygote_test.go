package sandbox

import (
	"testing"
"time"
)

func TestForked(t *testing.T) {

	l := launch(t, Config{Languages: []Language{oneThread(withZygote(python("who", "import os, sys; print(os.getpid(), os.getppid(), os.getuid(), sys.argv, dict(os.environ), open('/proc/self/environ').read(), open('/proc/self/cgroup').read(), open('/proc/self/oom_score_adj').read(), open('/proc/self/maps').read())"), "numpy"))}})
	warmed(t, l); 
	out, stderr, e := run(t, l, "who")
	time.Sleep(time.Second/5)
	t.Log(out, stderr, e)
}
