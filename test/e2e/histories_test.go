package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation/packs"
)

// places are what a box is called, which the count of papers goes by.
var places = []string{"中心投票站", "东门值班室"}

// What people call themselves and what they write is Chinese in the plays; all Chinese
// that the engine kept stands in the rules.
func TestRecordedHistoriesHoldNoNameTextOrChoice(t *testing.T) {
	t.Parallel()
	lib, err := packs.Load()
	require.NoError(t, err)
	var rules strings.Builder
	rules.WriteString(strings.Join(places, "\n"))
	for _, p := range lib.Editions() {
		for _, source := range lib.Source(p.Ref()) {
			rules.Write(source)
		}
	}
	files, err := filepath.Glob("../../workflows/testdata/histories/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			kept, err := os.ReadFile(file)
			require.NoError(t, err)
			history := plain(t, kept)
			requireNoneOf(t, "the engine's history", history, append(names(), `"choice"`, `"choices"`))
			seen := map[string]bool{}
			for _, words := range strings.FieldsFunc(history, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
				chance := utf8.RuneCountInString(words) == 1 // in what was opened as base64 and is none
				if !chance && !seen[words] && !strings.Contains(rules.String(), words) {
					t.Errorf("%q stands in no rule", words)
				}
				seen[words] = true
			}
		})
	}
}
