package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	toml "github.com/pelletier/go-toml/v2"
)

// configFile loads a TOML file whose keys are the flags' names, written with
// - or _, at the top level. A flag given on the command line wins; an unknown
// key is an error, since a misspelt security setting must not pass silently.
type configFile struct {
	path   string
	values map[string]any
}

// inheritedConfig holds the file's text when serve, having left root, begins anew
// as a user that may not read the file.
const inheritedConfig = "TDS_LAUNCHPAD_INHERITED_CONFIG"

// inherit keeps the file's text for when the program begins anew.
func (f configFlag) inherit() error {
	if _, ok := os.LookupEnv(inheritedConfig); ok || f == "" {
		return nil
	}
	text, err := os.ReadFile(string(f))
	if err != nil {
		return err
	}
	return os.Setenv(inheritedConfig, string(text))
}

func loadConfigFile(path string) (*configFile, error) {
	text := []byte(os.Getenv(inheritedConfig))
	if _, ok := os.LookupEnv(inheritedConfig); !ok {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	c := &configFile{path: path, values: map[string]any{}}
	raw := map[string]any{}
	if err := toml.NewDecoder(bytes.NewReader(text)).Decode(&raw); err != nil {
		var syntax *toml.DecodeError
		if errors.As(err, &syntax) {
			row, column := syntax.Position()
			return nil, fmt.Errorf("%s:%d:%d: %w", path, row, column, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for key, value := range raw {
		c.values[strings.ReplaceAll(key, "_", "-")] = value
	}
	return c, nil
}

// Validate refuses keys that no flag of the application has.
func (c *configFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && flag.Name != "help" && flag.Name != "config" {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for key := range c.values {
		if !known[key] {
			return fmt.Errorf("%s: unknown key %q", c.path, key)
		}
	}
	return nil
}

// Resolve gives kong a flag's value from the file.
func (c *configFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := c.values[flag.Name]
	if !ok {
		return nil, nil
	}
	switch value := value.(type) {
	case []any:
		words := make([]string, len(value))
		for i, element := range value {
			words[i] = fmt.Sprint(element)
		}
		return strings.Join(words, ","), nil
	case map[string]any:
		return nil, fmt.Errorf("%s: %q is not a table", c.path, flag.Name)
	default:
		return fmt.Sprint(value), nil
	}
}

// configFlag is --config: it must be known before the other flags are resolved.
type configFlag string

// BeforeResolve adds the file to what kong asks for flags.
func (f configFlag) BeforeResolve(k *kong.Kong, ctx *kong.Context, trace *kong.Path) error {
	path := string(ctx.FlagValue(trace.Flag).(configFlag))
	c, err := loadConfigFile(path)
	if err != nil {
		return err
	}
	if err := c.Validate(ctx.Model); err != nil {
		return err
	}
	ctx.AddResolver(c)
	return nil
}
