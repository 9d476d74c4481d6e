package e2e

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"
	_ "modernc.org/sqlite"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
)

// needle is one way in which a piece of personal data could lie somewhere in the clear.
type needle struct{ what, form string }

// minimum is how many bytes a form needs, so that chance does not make it up from
// ciphertext: six bytes in a hundred megabytes for hundreds of forms are one chance
// in ten thousand.
const minimum = 6

// needles gives the forms of a text: its encodings, and each as databases, JSON,
// addresses and coded payloads write them.
func needles(t *testing.T, what, text string) []needle {
	t.Helper()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	require.NoError(t, err)
	var little, big, escaped []byte
	for _, u := range utf16.Encode([]rune(text)) {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
		escaped = fmt.Appendf(escaped, `\u%04x`, u)
	}
	var all []needle
	add := func(form string) {
		if len(form) >= minimum {
			all = append(all, needle{what, form})
		}
	}
	for _, raw := range []string{text, gb, string(little), string(big)} {
		add(raw)
		add(hex.EncodeToString([]byte(raw)))
		add(strings.ToUpper(hex.EncodeToString([]byte(raw))))
	}
	add(string(escaped))
	if q := url.QueryEscape(text); q != text {
		add(q)
		add(strings.ToLower(q))
	}
	for shift := range 3 { // whatever stands before it in the coded text
		coded := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), text...))
		if core := coded[(shift*8+5)/6 : len(text+"xx"[:shift])*8/6]; len(core) >= 8 {
			add(core)
		}
	}
	return all
}

// personal is all that the roster holds of people and must not lie open anywhere.
// The community's name and those of its groups and buildings are public.
func personal(t *testing.T) []needle {
	t.Helper()
	r, _ := demo.Sample(firstDay)
	var all []needle
	for _, p := range r.Records {
		all = append(all, needles(t, "name", p.Name)...)
		all = append(all, needles(t, "phone", p.Phone)...)
		all = append(all, needles(t, "identity", p.Identity)...)
	}
	for _, h := range r.Households {
		all = append(all, needles(t, "household", h.Number)...)
	}
	return all
}

// control is put where it must be found, so that a search that finds nothing can be believed.
const control = "欧阳控制样本"

// search looks for thousands of forms in one walk through the bytes.
type search struct {
	first  [1 << 24]bool // by the first three bytes of a form
	byHead map[[minimum]byte][]needle
}

func searchFor(all []needle) *search {
	s := &search{byHead: map[[minimum]byte][]needle{}}
	for _, n := range all {
		s.first[three(n.form)] = true
		head := [minimum]byte([]byte(n.form[:minimum]))
		s.byHead[head] = append(s.byHead[head], n)
	}
	return s
}

func three[T string | []byte](b T) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }

// found counts what is there by its kind, and shows the surroundings of one.
func (s *search) found(b []byte) (hits map[string]int, example string) {
	hits = map[string]int{}
	for i := 0; i+minimum <= len(b); i++ {
		if !s.first[three(b[i:i+3])] {
			continue
		}
		for _, n := range s.byHead[[minimum]byte(b[i:i+minimum])] {
			if bytes.HasPrefix(b[i:], []byte(n.form)) {
				hits[n.what]++
				example = string(b[max(0, i-60):min(len(b), i+len(n.form)+60)])
			}
		}
	}
	return hits, example
}

func found(b []byte, all []needle) map[string]int {
	hits, _ := searchFor(all).found(b)
	return hits
}

// The search finds a text in every form it knows; otherwise what follows shows nothing.
func TestTheSearchForPersonalDataCanFind(t *testing.T) {
	for _, text := range []string{control, "赵𬱖", "510000196001010018", "19900000037"} {
		for _, n := range needles(t, "control", text) {
			hay := append(append(bytes.Repeat([]byte{0xe4, 0x00, 'a'}, 1000), n.form...), 0xff)
			require.NotEmpty(t, found(hay, []needle{n}), "%q", n.form)
		}
	}
	for shift := range 3 {
		coded := base64.StdEncoding.EncodeToString([]byte(`{"name":"`[:9-shift] + control + `"}`))
		require.NotEmpty(t, found([]byte(coded), needles(t, "control", control)), "base64 after %d bytes", 9-shift)
	}
	require.Empty(t, found([]byte("临江社区(虚构) 第1居民小组 1栋"), personal(t)), "what is public is searched for")
	require.Greater(t, len(personal(t)), 1000)
}

// haystack is a place where everything that was written is searched.
type haystack struct {
	name  string
	bytes []byte
	// planted says that the control was put there.
	planted bool
}

// nothingPersonalLiesOpen searches all that an installation has written down after a
// whole played process, while it serves and after it was killed.
func (i *installation) nothingPersonalLiesOpen(t *testing.T, kept []byte) {
	t.Helper()
	metrics := get(t, "http://"+i.addr+"/metrics")
	require.Contains(t, string(metrics), "http", "there is something to search")

	all, planted := personal(t), needles(t, "control", control)
	look := searchFor(all)
	// Names do stand in a dossier, for those who may read it: the search sees them there.
	require.NotEmpty(t, found(unzipped(t, kept), all), "the search finds no name where there are names")

	live := i.lying(t)
	i.plant(t)
	i.kill()
	_, log, _ := strings.Cut(i.log.String(), "按 Ctrl-C 结束") // before it, the demonstration prints whose links it made
	for _, h := range append(append(live, i.lying(t)...), haystack{name: "log", bytes: []byte(log)}, haystack{name: "metrics", bytes: metrics}) {
		require.NotEmpty(t, h.bytes, h.name)
		if hits, example := look.found(h.bytes); len(hits) > 0 {
			t.Errorf("%s (%d bytes) holds personal data in the clear: %v, for example %q", h.name, len(h.bytes), hits, example)
		}
		if h.planted {
			require.NotEmpty(t, found(h.bytes, planted), "%s: the search does not find what was put there", h.name)
		}
	}
}

// Keys are rotated by another process while the program serves: it goes on reading,
// at once and after a restart, and nothing is left under the old key.
func TestKeysAreRotatedWhileTheProgramServes(t *testing.T) {
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			i := install(t, kind)
			i.serve()
			called := map[deliberation.PersonID]string{}
			roster, _ := demo.Sample(firstDay)
			for _, p := range roster.Persons {
				called[p.ID] = p.Name
			}
			require.Contains(t, i.signIn(t, i.links[i.cast.Secretary]), called[i.cast.Secretary])
			keys := func(args ...string) string {
				t.Helper()
				args = append([]string{"keys"}, append(args, "--data", i.dir)...)
				if i.database != "" {
					args = append(args, "--database", i.database)
				}
				out, err := exec.Command(binary, args...).CombinedOutput()
				require.NoError(t, err, string(out))
				return string(out)
			}
			old := strings.Fields(strings.Split(keys("list"), "\n")[1])[0]
			t.Setenv("YISHI_VAULT_CIPHER", "sm4")
			keys("rotate")
			for _, line := range strings.Split(keys("list"), "\n")[1:] {
				if f := strings.Fields(line); len(f) > 0 && f[0] == old {
					require.Equal(t, "0", f[len(f)-1], "values left under the old key: %s", line)
				}
			}
			require.Contains(t, i.signIn(t, i.links[i.cast.Director]), called[i.cast.Director])
			i.kill()
			i.serve()
			require.Contains(t, i.signIn(t, i.links[i.cast.Clerk]), called[i.cast.Clerk])
			require.NotContains(t, i.log.String(), "vault:")
		})
	}
}

// signIn uses a link up and gives the answer, which holds the person's name.
func (i *installation) signIn(t *testing.T, token string) string {
	t.Helper()
	res, err := http.Post("http://"+i.addr+"/api/v1/sessions", "application/json", strings.NewReader(`{"token":"`+token+`"}`))
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, res.StatusCode, string(b))
	return string(b)
}

// lying gives all that the installation has written down: the data folder as it
// lies on the disk, the dumps of all databases, and the backup.
func (i *installation) lying(t *testing.T) []haystack {
	t.Helper()
	running := i.process != nil
	hay := folder(t, i.dir, "", !running && i.database == "")
	if i.database != "" {
		for _, suffix := range []string{"", "_temporal", "_temporal_visibility"} {
			out, err := exec.Command("pg_dump", "--no-owner", i.name()+suffix).Output()
			require.NoError(t, err)
			hay = append(hay, haystack{"dump of the database" + suffix, out, !running})
		}
		return hay
	}
	if !running {
		backup := filepath.Join(t.TempDir(), "backup")
		out, err := exec.Command(binary, "backup", backup, "--data", i.dir).CombinedOutput()
		require.NoError(t, err, string(out))
		hay = append(hay, folder(t, backup, "backup: ", true)...)
	}
	return hay
}

func (i *installation) name() string {
	u, err := url.Parse(i.database)
	require.NoError(i.t, err)
	return strings.TrimPrefix(u.Path, "/")
}

// folder gives the files of a folder as they lie; a database together with its log,
// where the newest pages stand. The keys are not data.
func folder(t *testing.T, dir, prefix string, planted bool) []haystack {
	t.Helper()
	byName := map[string]*haystack{}
	var order []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, "-wal"), "-shm")
		if byName[name] == nil {
			byName[name] = &haystack{name: prefix + name, planted: planted && strings.HasSuffix(name, ".db")}
			order = append(order, name)
		}
		byName[name].bytes = append(byName[name].bytes, b...)
		return nil
	}))
	var all []haystack
	for _, name := range order {
		if h := byName[name]; len(h.bytes) > 0 {
			all = append(all, *h)
		}
	}
	require.NotEmpty(t, all)
	return all
}

// plant writes the control, in clear, into a table of its own in every database,
// as text and as bytes.
func (i *installation) plant(t *testing.T) {
	t.Helper()
	plant := func(driver, dsn, bytes string) {
		db, err := sql.Open(driver, dsn)
		require.NoError(t, err)
		defer db.Close()
		_, err = db.Exec("CREATE TABLE privacy_control (a TEXT, b " + bytes + ")")
		require.NoError(t, err)
		_, err = db.Exec("INSERT INTO privacy_control VALUES ($1, $2)", control, []byte(control))
		require.NoError(t, err)
	}
	if i.database != "" {
		for _, suffix := range []string{"", "_temporal", "_temporal_visibility"} {
			u, err := url.Parse(i.database)
			require.NoError(t, err)
			u.Path += suffix
			plant("pgx", u.String(), "BYTEA")
		}
		return
	}
	files, err := filepath.Glob(filepath.Join(i.dir, "*.db"))
	require.NoError(t, err)
	engine, err := filepath.Glob(filepath.Join(i.dir, "engine", "*.db"))
	require.NoError(t, err)
	require.Len(t, append(files, engine...), 3, "Yishi's database and the engine's two")
	for _, f := range append(files, engine...) {
		plant("sqlite", "file:"+f+"?_pragma=busy_timeout(10000)", "BLOB")
	}
}

func get(t *testing.T, address string) []byte {
	t.Helper()
	res, err := http.Get(address)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	return b
}

// unzipped gives all files of an archive in one.
func unzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	var all []byte
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		all = append(all, content...)
	}
	return all
}
