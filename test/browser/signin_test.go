package browser

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/server"
	"github.com/yishi-project/yishi/vault"
)

// house is a community without an engine, served at a name: passkeys belong to names.
func house(t *testing.T) (base string, store *models.Store) {
	t.Helper()
	ring, err := vault.FromKeys(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	store, err = models.Open(t.Context(), models.Config{Driver: models.SQLite, DSN: filepath.Join(t.TempDir(), "yishi.db"), Vault: ring})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	home := deliberation.Community{ID: "c1", Name: "阳光社区", Kind: deliberation.Urban}
	err = store.LoadRoster(t.Context(), deliberation.Roster{
		Community: home, Persons: []deliberation.Person{{ID: "clerk", Community: home.ID, Name: "张伟"}},
		Offices: []deliberation.OfficeHeld{{Person: "clerk", Community: home.ID, Office: deliberation.Clerk, From: deliberation.NewDate(2020, 1, 1)}},
	}, "operator")
	if err != nil {
		t.Fatal(err)
	}
	library, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base = strings.Replace("http://"+l.Addr().String(), "127.0.0.1", "localhost", 1)
	s, err := server.New(server.Deps{
		SignIn: store, People: store, Processes: store, Papers: store, Meetings: store, Ballots: store, Opinions: store, Replies: store, Law: library,
		Sessions: store, Credentials: store, Places: store, Roster: store, Slips: store, Audit: store, Duties: store, Disclosures: store, Supervision: store, Drafts: store, Authorisations: store, RequireTOTP: true,
		Clock: func() deliberation.Clock { return deliberation.Clock{} }, Now: time.Now, Log: slog.New(slog.DiscardHandler), BaseURL: base,
	})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewUnstartedServer(s.Handler())
	_ = served.Listener.Close()
	served.Listener = l
	served.Start()
	t.Cleanup(served.Close)
	return base, store
}

// key gives the browser an authenticator that says yes to everything.
func (b *tab) key() {
	b.Helper()
	b.do(call(webauthn.Enable, webauthn.EnableParams{}), func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true,
			HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return chromedp.Void{}, err
	})
}

// A person registers a passkey, signs out, and comes back with it alone; it
// confirms who they are too, and it counts as a second proof. All of it under the
// policy that forbids scripts in pages.
func TestPasskey(t *testing.T) {
	needBrowser(t)
	base, store := house(t)
	token, err := store.CreateLink(t.Context(), "clerk", time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b := newTab(t, base, "clerk")
	b.key()
	b.open("/sign-in/" + token)
	b.submit("form[action^='/sign-in/'] button")
	b.open("/processes")
	b.statusIs(403)
	b.has("动态验证码")

	b.open("/account/sign-in")
	b.has("还没有通行密钥", "在微信里打不开")
	b.submit("[data-passkey=create] button")
	b.has("通行密钥已添加", "Chrome")
	b.shoot("account")
	b.clean()

	b.open("/confirm?return=%2Fprocesses")
	b.shoot("confirm")
	b.submit("[data-passkey=get] button")
	if p := b.path(); p != "/processes" {
		t.Fatalf("after confirming: %s", p)
	}
	b.statusIs(200)

	b.submit("form[action='/sign-out'] button")
	b.open("/sign-in")
	b.shoot("sign-in")
	b.submit("[data-passkey=get] button")
	b.has("张伟")
	b.open("/processes")
	b.statusIs(200)
	b.clean()

	b.open("/account/sign-in")
	b.submit("form[action='/account/passkeys/remove'] button")
	b.has("还没有通行密钥")
	b.submit("form[action='/sign-out'] button")
	b.open("/sign-in")
	b.do(chromedp.Click(chromedp.CSS("[data-passkey=get] button"), chromedp.NodeVisible))
	b.do(chromedp.WaitVisible(chromedp.CSS("[data-passkey-failed]")))
	b.has("没有成功")
	if b.path() != "/sign-in" {
		t.Errorf("a key that was taken away leads to %s", b.path())
	}
}
