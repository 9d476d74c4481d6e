package browser

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/server/static"
)

// TestSamples looks at the pages that no play comes past, filled with sample data: each
// kind of page, and each of its states, at both widths.
func TestSamples(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	dir := t.TempDir()
	write := exec.Command("go", "test", "-count=1", "-run", "^TestSamplesForTheBrowser$", "./server/pages")
	write.Dir = filepath.Join("..", "..")
	write.Env = append(os.Environ(), "YISHI_SAMPLES="+dir)
	if out, err := write.CombinedOutput(); err != nil {
		t.Fatalf("writing the samples: %v\n%s", err, out)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil || len(pages) < 60 {
		t.Fatalf("%d samples, %v", len(pages), err)
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", static.New())
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	served := httptest.NewServer(mux)
	t.Cleanup(served.Close)
	b := newTab(t, served.URL, "samples")
	for _, page := range pages {
		name := strings.TrimSuffix(filepath.Base(page), ".html")
		b.look("sample-"+name, "/"+filepath.Base(page))
	}
}
