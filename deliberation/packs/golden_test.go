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
	"urban-2018+sichuan@2+1":   "fff629b519490c5aa172aa1e1a02546df6bcac103c14ad36fc144a6ad2d3a24e",
	"urban-2018@2":             "75d0c8af0ce8306433b322dd2e55b88d90faee894f1b67f304709ec6d385323b",
	"urban-2026+sichuan@2+1":   "405c8fa4e6970e5e550e207ab02ae2f796c9b39410c227f64f65ee77b3408b38",
	"urban-2026@2":             "04ed23d02c6d72bb31351035ce6cd900872d022809a6609995a5a6795edc8be9",
	"village-2018+sichuan@2+1": "87882fef7eb013265bd4cabb1bdad94d0eba4d2ed39a268bcdc3cdb5cd9d14ab",
	"village-2018@2":           "ad81bed7f961dcc19c181da7b60d65e4ab5c4e1608822d2f019687d3866bae3f",
	"village-2026+sichuan@2+1": "619e268a4990b8692eda107ed8e1be4affaa3c7ee028adfd2fcb9e38ec92ec54",
	"village-2026@2":           "aea0302d64351092b9da12c66fe234443d22d34d5c3ab3021f125cbcc58acdda",
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
