package config

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTheLaterSourceWins(t *testing.T) {
	file := filepath.Join(t.TempDir(), "yishi.yaml")
	if err := os.WriteFile(file, []byte("listen: 127.0.0.1:1\ndata: from-file\nlog_level: debug\ntemporal:\n  namespace: ns\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file, []string{"YISHI_LISTEN=127.0.0.1:2", "YISHI_DATA=from-environment", "YISHI_TEMPORAL_WEB_UI=false"}, map[string]any{"listen": "127.0.0.1:3"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:3" || c.Data != "from-environment" || c.LogLevel != "debug" || c.Temporal.Namespace != "ns" || c.Temporal.WebUI {
		t.Errorf("got %+v", c)
	}
	if c.BaseURL != "http://127.0.0.1:3" || c.KeyFile != filepath.Join("from-environment", "keys.json") {
		t.Errorf("what follows from other settings: %q, %q", c.BaseURL, c.KeyFile)
	}
}

func TestTheFormFollowsFromWhatIsThere(t *testing.T) {
	for want, env := range map[Form][]string{
		Trial:   nil,
		OneNode: {"YISHI_DATABASE=postgres://h/d"},
		Cluster: {"YISHI_DATABASE=postgres://h/d", "YISHI_TEMPORAL_ADDRESS=t:7233"},
	} {
		c, err := Load("", env, nil)
		if err != nil || c.Form != want {
			t.Errorf("%v: form %q, %v; want %q", env, c.Form, err, want)
		}
	}
}

func TestSettingsThatCannotBeAreNamed(t *testing.T) {
	for setting, says := range map[string]string{
		"YISHI_ROLE=boss":                 "role must be",
		"YISHI_VAULT_CIPHER=des":          "vault_cipher must be",
		"YISHI_FORM=cloud":                "form must be",
		"YISHI_FORM=one_node":             "needs a database",
		"YISHI_FORM=cluster":              "needs a database",
		"YISHI_ROLE=worker":               "needs form cluster",
		"YISHI_BASE_URL=yishi.example.cn": "full address",
		"YISHI_DATABSE=postgres://h/d":    "unknown setting",
		"YISHI_IDENTITY_ISSUER=id":        "identity.issuer must be",
	} {
		if _, err := Load("", []string{setting}, nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", setting, err, says)
		}
	}
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml"), nil, nil); err == nil {
		t.Error("a settings file that is not there goes unnoticed")
	}
}

func TestUnifiedIdentity(t *testing.T) {
	whole := []string{"YISHI_IDENTITY_ISSUER=https://id.example.cn", "YISHI_IDENTITY_CLIENT_ID=yishi", "YISHI_IDENTITY_SCOPES=phone,profile", "YISHI_REQUIRE_TOTP=true"}
	c, err := Load("", whole, nil)
	if err != nil || c.Identity.ClientID != "yishi" || len(c.Identity.Scopes) != 2 || !c.RequireTOTP {
		t.Errorf("%+v %v", c.Identity, err)
	}
	for more, says := range map[string]string{
		"YISHI_IDENTITY_CLIENT_ID=":                   "client_id is missing",
		"YISHI_IDENTITY_ISSUER=http://id.example.cn":  "must begin with https",
		"YISHI_IDENTITY_CLAIM=phone_number":           "identity.match must be",
		"YISHI_IDENTITY_MATCH=name":                   "identity.match must be",
		"YISHI_IDENTITY_MATCH=phone":                  "identity.match must be",
		"YISHI_IDENTITY_CLIENT_SECRET=in-the-setting": "unknown setting",
	} {
		if _, err := Load("", append(append([]string{}, whole...), more), nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", more, err, says)
		}
	}
}

// Every field that has a name in settings is known under it, and nothing else is.
func TestEverySettingIsKnown(t *testing.T) {
	named := map[string]bool{}
	var walk func(prefix string, typ reflect.Type)
	walk = func(prefix string, typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			name := prefix + f.Tag.Get("koanf")
			if f.Type.Kind() == reflect.Struct && f.Tag.Get("doc") == "" {
				walk(name+".", f.Type)
				continue
			}
			named[name] = true
		}
	}
	walk("", reflect.TypeFor[Config]())
	if !maps.Equal(named, known) {
		t.Errorf("fields %v\nknown  %v", slices.Sorted(maps.Keys(named)), slices.Sorted(maps.Keys(known)))
	}
}
