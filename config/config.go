// Package config holds the settings of an installation: typed, with defaults,
// checked at once and as a whole. A setting comes from the file, then from the
// environment (YISHI_…), then from the command line; the later wins.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// Role says which part of Yishi a process runs.
type Role string

// The roles.
const (
	All    Role = "all"    // pages and workers
	Server Role = "server" // pages only
	Worker Role = "worker" // workers only
)

// Form is how Temporal is reached.
type Form string

// The forms; docs/operations.md says what each is good for.
const (
	Trial   Form = "trial"    // in the same process, on SQLite files
	OneNode Form = "one_node" // in the same process, on PostgreSQL
	Cluster Form = "cluster"  // an external Temporal service
)

// Config is every setting; docs/operations.md explains them to operators.
type Config struct {
	Data     string `koanf:"data" doc:"folder for databases, keys and the clock"`
	Listen   string `koanf:"listen" doc:"address to serve on"`
	BaseURL  string `koanf:"base_url" doc:"address people use; https makes cookies secure"`
	Role     Role   `koanf:"role" doc:"all, server or worker"`
	Form     Form   `koanf:"form" doc:"trial, one_node or cluster; by default trial without a database address and one_node with one"`
	Database string `koanf:"database" doc:"PostgreSQL address postgres://…; empty: SQLite in the data folder"`
	KeyFile  string `koanf:"key_file" doc:"keys that encrypt personal data; by default in the data folder"`
	// Keys takes the key file's place where secrets come by the environment.
	Keys        string `koanf:"keys" doc:"the keys themselves, newest first with commas between, instead of a key file; meant for the environment"`
	VaultCipher string `koanf:"vault_cipher" doc:"what a new key encrypts with: aes, or sm4 where national algorithms are asked for"`

	Temporal struct {
		Address   string `koanf:"address" doc:"external Temporal; TLS and API key by TEMPORAL_… as its own tools read them"`
		Namespace string `koanf:"namespace" doc:"Temporal namespace"`
		WebUI     bool   `koanf:"web_ui" doc:"show Temporal's own web page to operators"`
	} `koanf:"temporal"`

	Origin         string   `koanf:"origin" doc:"name of this installation's register, part of every signed checkpoint"`
	TrustedProxies []string `koanf:"trusted_proxies" doc:"networks whose X-Forwarded-For is believed"`
	LogLevel       string   `koanf:"log_level" doc:"debug, info, warn or error"`
}

// Defaults need nothing installed.
func Defaults() Config {
	c := Config{Data: "data", Listen: "127.0.0.1:8080", Role: All, VaultCipher: "aes", Origin: "yishi.local/register", LogLevel: "info"}
	c.Temporal.Namespace, c.Temporal.WebUI = "yishi", true
	return c
}

// Load reads the file (may be empty), the environment and the command line's
// settings, in this order, and checks the whole.
func Load(path string, environ []string, flags map[string]any) (Config, error) {
	k := koanf.New(".")
	if path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return Config{}, fmt.Errorf("settings file: %w", err)
		}
	}
	fromEnv := env.Provider(".", env.Opt{
		Prefix:      "YISHI_",
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(key, value string) (string, any) {
			key = strings.ToLower(strings.TrimPrefix(key, "YISHI_"))
			key = strings.Replace(key, "temporal_", "temporal.", 1)
			if key == "trusted_proxies" {
				return key, strings.Split(value, ",")
			}
			return key, value
		},
	})
	if err := k.Load(fromEnv, nil); err != nil {
		return Config{}, fmt.Errorf("settings from the environment: %w", err)
	}
	if err := k.Load(confmap.Provider(flags, "."), nil); err != nil {
		return Config{}, fmt.Errorf("settings from the command line: %w", err)
	}
	c := Defaults()
	if err := k.UnmarshalWithConf("", &c, koanf.UnmarshalConf{Tag: "koanf"}); err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	for _, key := range k.Keys() {
		if !known[key] {
			return Config{}, fmt.Errorf("settings: unknown setting %q", key)
		}
	}
	c.complete()
	return c, c.validate()
}

var known = map[string]bool{
	"data": true, "listen": true, "base_url": true, "role": true, "form": true, "database": true, "key_file": true, "keys": true, "vault_cipher": true,
	"temporal.address": true, "temporal.namespace": true, "temporal.web_ui": true,
	"origin": true, "trusted_proxies": true, "log_level": true,
}

func (c *Config) complete() {
	if c.Form == "" {
		switch {
		case c.Temporal.Address != "":
			c.Form = Cluster
		case c.Database != "":
			c.Form = OneNode
		default:
			c.Form = Trial
		}
	}
	if c.BaseURL == "" {
		c.BaseURL = "http://" + c.Listen
	}
	if c.KeyFile == "" {
		c.KeyFile = filepath.Join(c.Data, "keys.json")
	}
}

func (c Config) validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	switch c.Role {
	case All, Server, Worker:
	default:
		bad("role must be all, server or worker, not %q", c.Role)
	}
	switch c.Form {
	case Trial:
		if c.Database != "" {
			bad("form trial keeps its data in SQLite; leave the database address away or choose one_node")
		}
	case OneNode, Cluster:
		if c.Database == "" {
			bad("form %s needs a database address", c.Form)
		}
	default:
		bad("form must be trial, one_node or cluster, not %q", c.Form)
	}
	if c.Form != Cluster && c.Role != All {
		bad("role %s needs form cluster: the embedded engine lives in one process", c.Role)
	}
	if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" {
		bad("base_url must be a full address such as https://yishi.example.cn")
	}
	if c.VaultCipher != "aes" && c.VaultCipher != "sm4" {
		bad("vault_cipher must be aes or sm4, not %q", c.VaultCipher)
	}
	if c.Data == "" {
		bad("data must name a folder")
	}
	return errors.Join(errs...)
}

// Environ is the environment as Load wants it.
func Environ() []string { return os.Environ() }
