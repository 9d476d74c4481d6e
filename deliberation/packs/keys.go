package packs

import (
	_ "embed"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

//go:embed keys.yaml
var keysYAML []byte

// Key describes a parameter that packs may set. Keys are never removed: an old
// pack must stay readable.
type Key struct {
	Key  string
	Kind deliberation.ParameterKind
	// Unit is the Chinese measure word of a count: 人, 户, 年, 个月, 次 …; empty for other kinds.
	Unit string
	// ZH is what the parameter is called in Chinese.
	ZH string
}

// Keys gives the vocabulary of parameters in the order of keys.yaml.
func Keys() ([]Key, error) {
	d, err := open("keys.yaml", keysYAML)
	if err != nil {
		return nil, err
	}
	fs, err := d.fields(d.root, "the vocabulary")
	if err != nil {
		return nil, err
	}
	kinds := []deliberation.ParameterKind{
		deliberation.MajorityKind, deliberation.DaysKind, deliberation.CountKind,
		deliberation.FlagKind, deliberation.CodeKind, deliberation.ListKind,
	}
	keys := make([]Key, 0, len(fs))
	for _, f := range fs {
		m, err := d.mapping(f.value, f.key.Value, "kind", "unit", "zh")
		if err != nil {
			return nil, err
		}
		k := Key{Key: f.key.Value}
		for name, to := range map[string]*string{"kind": (*string)(&k.Kind), "zh": &k.ZH} {
			if m[name] == nil {
				return nil, d.fail(f.key, "%s: %s is missing", k.Key, name)
			}
			if *to, err = d.text(m[name], name); err != nil {
				return nil, err
			}
		}
		if !slices.Contains(kinds, k.Kind) {
			return nil, d.fail(m["kind"], "%s: unknown kind %q", k.Key, k.Kind)
		}
		if m["unit"] != nil {
			if k.Unit, err = d.text(m["unit"], "unit"); err != nil {
				return nil, err
			}
		}
		keys = append(keys, k)
	}
	return keys, nil
}

func vocabulary() (map[string]Key, error) {
	keys, err := Keys()
	if err != nil {
		return nil, err
	}
	m := make(map[string]Key, len(keys))
	for _, k := range keys {
		m[k.Key] = k
	}
	return m, nil
}
