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
	PollKeys string `koanf:"poll_keys" doc:"folder for the keys of open secret polls, never to be backed up; by default in the data folder"`
	// Keys takes the key file's place where secrets come by the environment.
	Keys        string `koanf:"keys" doc:"the keys themselves, newest first with commas between, instead of a key file; meant for the environment"`
	VaultCipher string `koanf:"vault_cipher" doc:"what a new key encrypts with: aes, or sm4 where national algorithms are asked for"`

	Temporal struct {
		Address   string `koanf:"address" doc:"external Temporal; TLS and API key by TEMPORAL_… as its own tools read them"`
		Namespace string `koanf:"namespace" doc:"Temporal namespace"`
		WebUI     bool   `koanf:"web_ui" doc:"show Temporal's own web page to operators"`
	} `koanf:"temporal"`

	Calendar bool `koanf:"calendar" doc:"begin periodic disclosures and the yearly report by themselves when they are due"`

	RequireTOTP bool `koanf:"require_totp" doc:"ask a second proof of who holds an office that acts for others"`
	// Identity is a unified identity 统一身份 by OpenID Connect.
	Identity struct {
		Issuer     string   `koanf:"issuer" doc:"address of the provider; empty: none"`
		ClientID   string   `koanf:"client_id" doc:"what the provider knows this installation by"`
		SecretFile string   `koanf:"secret_file" doc:"file with the client secret"`
		Name       string   `koanf:"name" doc:"what people call it"`
		Claim      string   `koanf:"claim" doc:"claim that holds what match names; empty: persons link their identity themselves"`
		Match      string   `koanf:"match" doc:"phone or identity"`
		Scopes     []string `koanf:"scopes" doc:"scopes to ask for besides openid"`
	} `koanf:"identity"`

	Origin         string   `koanf:"origin" doc:"name of this installation's register, part of every signed checkpoint"`
	TrustedProxies []string `koanf:"trusted_proxies" doc:"networks whose X-Forwarded-For is believed"`
	LogLevel       string   `koanf:"log_level" doc:"debug, info, warn or error"`
}

// Defaults need nothing installed.
func Defaults() Config {
	c := Config{Data: "data", Listen: "127.0.0.1:8080", Role: All, Calendar: true, VaultCipher: "aes", Origin: "yishi.local/register", LogLevel: "info"}
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
			for _, group := range []string{"temporal", "identity"} {
				if name, ok := strings.CutPrefix(key, group+"_"); ok {
					key = group + "." + name
				}
			}
			if key == "trusted_proxies" || key == "identity.scopes" {
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
	"data": true, "listen": true, "base_url": true, "role": true, "form": true, "database": true, "key_file": true, "keys": true, "poll_keys": true, "vault_cipher": true,
	"temporal.address": true, "temporal.namespace": true, "temporal.web_ui": true,
	"origin": true, "trusted_proxies": true, "log_level": true, "require_totp": true, "calendar": true,
	"identity.issuer": true, "identity.client_id": true, "identity.secret_file": true, "identity.name": true,
	"identity.claim": true, "identity.match": true, "identity.scopes": true,
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
	if c.PollKeys == "" {
		c.PollKeys = filepath.Join(c.Data, "poll-keys")
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
	if id := c.Identity; id.Issuer != "" {
		switch u, err := url.Parse(id.Issuer); {
		case err != nil || u.Host == "":
			bad("identity.issuer must be a full address such as https://id.example.cn")
		case u.Scheme != "https" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1":
			bad("identity.issuer must begin with https: whoever can change it on the way can be anybody")
		}
		if id.ClientID == "" {
			bad("identity.client_id is missing")
		}
		if id.Match != "" && id.Match != "phone" && id.Match != "identity" || (id.Match == "") != (id.Claim == "") {
			bad("identity.match must be phone or identity where identity.claim names a claim, and empty where it does not")
		}
	}
	return errors.Join(errs...)
}

// Environ is the environment as Load wants it.
func Environ() []string { return os.Environ() }
