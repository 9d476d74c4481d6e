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
	"urban-2018+sichuan@2+1":   "3551f85d428a3ad5cadb10d9f4c754ed1076ab9dd84e7f3cfcff5f944747dc1c",
	"urban-2018@2":             "1986ef6ecc2f7d90f6ee69b86ec98aa23d97770db0dc1836da21592021cf7339",
	"urban-2026+sichuan@2+1":   "f8d837e4b748be7a28b080d13afd12149a5ada744c06b9379ba76cffc82e3f1c",
	"urban-2026@2":             "599e5caa5d65172f6cc99c670080b1d79bf6ed28e5df26c0abc0bc22fcec8c09",
	"village-2018+sichuan@2+1": "016e8f48eb618afa9e79046db97afead0534e2af17e13510d9b3b2f088dccbe0",
	"village-2018@2":           "ed5880ec6fc5f752ec24724687c35d1e24786ef0e2e379b7edf483f9927aa101",
	"village-2026+sichuan@2+1": "d95c202fdef1b82c8d0db407ac8a7d589edc02ebb18920537be18c420cf72d28",
	"village-2026@2":           "f3207f7bc2cc1bcb8cf5e38a187dfd93a1b7aee706916e74eaf4c396c2db029e",
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
