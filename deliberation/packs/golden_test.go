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
	"urban-2018+sichuan@2+1":   "9a4493a761f4023d3409b9a09b2154f8165d71ead72df0939d860887c099c756",
	"urban-2018@2":             "2195ccef35f405d6137e884f3250a8365c3f8b8af079723a6b79f9f867bcdb86",
	"urban-2026+sichuan@2+1":   "b255634b01e016a1de8b578e689f166e0dbe7f1d28defea93564f1ef17801fa3",
	"urban-2026@2":             "e3340aeff1f9e54b931c3ab5e6d4bde04c01cde747bfc904d37d3f8054bd40b8",
	"village-2018+sichuan@2+1": "94aa7fe16178f15b595922d9951e22cddf6db2b4de97729e01925c60f8e05a15",
	"village-2018@2":           "8694f3c48301f75e9e62c4efdb86cbdc50ab14df5c1c187932f8699800445d9f",
	"village-2026+sichuan@2+1": "983d45e234de647437fb902e972e519d5773632c38b74b34d3266f4ce05f0ae6",
	"village-2026@2":           "5dc23df3463311f37aa28eae190cab4609a254f1aff4e0697d19fe5007e5294d",
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
