package sandbox

// Init must be the first call in main and in TestMain of every test that uses
// this package: if this process was started to be the launcher, it runs as
// such and never returns.
func Init() {}
