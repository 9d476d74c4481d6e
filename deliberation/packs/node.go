package packs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/yishi-project/yishi/deliberation"
)

// Problem is what is wrong with a rule file, and on which line.
type Problem struct {
	File   string
	Line   int
	Reason string
}

// Error gives the problem as file:line: sentence.
func (p *Problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason) }

// document is one YAML file read strictly: nothing unknown, nothing twice,
// nothing guessed.
type document struct {
	file string
	root *yaml.Node
}

type field struct{ key, value *yaml.Node }

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

func open(file string, content []byte) (document, error) {
	d := document{file: file}
	dec := yaml.NewDecoder(bytes.NewReader(content))
	var n yaml.Node
	if err := dec.Decode(&n); err != nil {
		if errors.Is(err, io.EOF) {
			return d, &Problem{file, 1, "the file is empty"}
		}
		return d, syntaxProblem(file, err)
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		return d, &Problem{file, more.Line, "a file holds one document only"}
	} else if !errors.Is(err, io.EOF) {
		return d, syntaxProblem(file, err)
	}
	d.root = n.Content[0]
	return d, nil
}

func syntaxProblem(file string, err error) error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1])
		return &Problem{file, line, "not readable as YAML: " + m[2]}
	}
	return &Problem{file, 1, "not readable as YAML: " + strings.TrimPrefix(err.Error(), "yaml: ")}
}

func (d document) fail(n *yaml.Node, format string, args ...any) error {
	return &Problem{d.file, n.Line, fmt.Sprintf(format, args...)}
}

// fields reads a mapping whose keys are free, each at most once.
func (d document) fields(n *yaml.Node, what string) ([]field, error) {
	if n.Kind != yaml.MappingNode {
		return nil, d.fail(n, "%s must be a mapping of keys to values, not %s", what, shape(n))
	}
	var fs []field
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode {
			return nil, d.fail(k, "a key of %s must be a plain word", what)
		}
		if first, ok := seen[k.Value]; ok {
			return nil, d.fail(k, "%s: the key %q stands twice, first on line %d", what, k.Value, first)
		}
		seen[k.Value] = k.Line
		fs = append(fs, field{k, v})
	}
	return fs, nil
}

// mapping reads a mapping that may hold the allowed keys only.
func (d document) mapping(n *yaml.Node, what string, allowed ...string) (map[string]*yaml.Node, error) {
	fs, err := d.fields(n, what)
	if err != nil {
		return nil, err
	}
	m := map[string]*yaml.Node{}
	for _, f := range fs {
		if !slices.Contains(allowed, f.key.Value) {
			return nil, d.fail(f.key, "%s: unknown key %q; known are %s", what, f.key.Value, strings.Join(allowed, ", "))
		}
		m[f.key.Value] = f.value
	}
	return m, nil
}

func (d document) text(n *yaml.Node, what string) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return "", d.fail(n, "%s must be a text, not %s", what, shape(n))
	}
	s := strings.TrimSpace(n.Value)
	if s == "" {
		return "", d.fail(n, "%s is empty", what)
	}
	return s, nil
}

func (d document) number(n *yaml.Node, what string) (int, error) {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || err != nil {
		return 0, d.fail(n, "%s must be a whole number, not %s", what, shape(n))
	}
	const most = 100_000
	if v < 0 || v > most {
		return 0, d.fail(n, "%s must lie between 0 and %d, not %d", what, most, v)
	}
	return v, nil
}

func (d document) flag(n *yaml.Node, what string) (bool, error) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || (n.Value != "true" && n.Value != "false") {
		return false, d.fail(n, "%s must be true or false, not %s", what, shape(n))
	}
	return n.Value == "true", nil
}

func (d document) list(n *yaml.Node, what string) ([]string, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, d.fail(n, "%s must be a list, not %s", what, shape(n))
	}
	list := make([]string, 0, len(n.Content))
	for _, c := range n.Content {
		s, err := d.text(c, what)
		if err != nil {
			return nil, err
		}
		if slices.Contains(list, s) {
			return nil, d.fail(c, "%s: %q stands twice", what, s)
		}
		list = append(list, s)
	}
	return list, nil
}

func (d document) date(n *yaml.Node, what string) (deliberation.Date, error) {
	v, err := deliberation.ParseDate(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		return v, d.fail(n, "%s must be a day that exists, as 2026-01-01, not %s", what, shape(n))
	}
	return v, nil
}

func shape(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	if n.Tag == "!!null" {
		return "nothing"
	}
	return strconv.Quote(n.Value)
}
