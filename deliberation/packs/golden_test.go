package packs

import "testing"

// A pack never changes: processes are pinned to its hash, and dossiers in
// people's hands name it. Whoever sees this test fail adds a new edition, or a
// pack that supersedes the old one, and new lines here; no line is ever edited.
var golden = map[string]string{
	"urban-2018@1":             "c0bcf81e1005f2684fc450b151cdf319a3b15255d67adc4c57fd835084933788",
	"urban-2018+sichuan@1+1":   "f14ba45d3f613a7d518d1e2a9510d40e07cef7d5303125c457410e3f54a5251e",
	"urban-2026@1":             "e022e76a7ea720571d1805b51cdf3816110c8fad5c93cd4fd76cd3516481832e",
	"urban-2026+sichuan@1+1":   "5fef207fb5988dea4e06769e4f8ae7844411ac737c2091144a6e46f99330d0bc",
	"village-2018@1":           "ea2bcb98ac0128ebe1a463c1e3a8a4f7d7f19198633dd21c4d3b9b8e8836999a",
	"village-2018+sichuan@1+1": "46b754886c5f5c41dd886531c11dd628649367cadc5cc555660130556433f8f3",
	"village-2026@1":           "0bb8822e7e13591b1428920e2d4e9a15d8ab3b1dab912973a229edfdd2ae5fcd",
	"village-2026+sichuan@1+1": "a7d1d89dd7e21c408df11434cf9f0f0c5a36a6d3b574d0505e3c2699d1304fde",
	"urban-2018+sichuan@2+1":   "11a872b51dfe92b62ea42c2954b8514683a7fbdb43a45d6dfaf5bf0c1c9f6b04",
	"urban-2018@2":             "8fa0d838aaaae4ff2f713cb026904f04943702ae51c609db788a3746849375f1",
	"urban-2026+sichuan@2+1":   "157883bbd4bfddc9b6a8e7c579d0a498e80c88ab6be0d5ba051b7288370550ec",
	"urban-2026@2":             "a456bced377bf16f40eb2bc08cbcfb2d29a606b1cc14757e8111343868a31482",
	"village-2018+sichuan@2+1": "9366785468812d1faa7d48c9957dc50f2ce9fb886a23444fe80a141db1e7ef8b",
	"village-2018@2":           "36b3829b59f6441edce56eda57ab78472b93da47e71da99944820c9fb380e4fc",
	"village-2026+sichuan@2+1": "70acd82cdde502f600bc2a60a82655865088c66e0d908a073f207ec47e955d3f",
	"village-2026@2":           "5dbe8ff0fc89ccaf34b65b64ea48d9d63532099dfd51aa6a6c1768b4ce0552e1",
}

func TestAPackNeverChanges(t *testing.T) {
	all := load(t).Editions()
	for _, p := range all {
		id := p.ID + "@" + p.Version
		want, ok := golden[id]
		if !ok {
			t.Errorf("%s has no golden hash; for a new pack add\n%q: %q,", p.ID, id, p.Hash)
			continue
		}
		if p.Hash != want {
			t.Errorf("%s has changed: a pack never changes, a new one is added\n got %s\nwant %s", p.ID, p.Hash, want)
		}
	}
	if len(all) != len(golden) {
		t.Errorf("%d packs, %d golden hashes: a pack is never taken away", len(all), len(golden))
	}
}
