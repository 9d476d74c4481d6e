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
	"urban-2018+sichuan@2+1":   "31207930dfad195c46ee2a485b3b094b56b6c53669cb8af3ba014b187791ca6f",
	"urban-2018@2":             "9183a8c5b765d749205b33ee5597a32aa29cfc300d983350d3f4cd62458778af",
	"urban-2026+sichuan@2+1":   "673fca92b6511ff93a9de216cc504c9983e7f0849420429e53ca235191e9cf66",
	"urban-2026@2":             "f0c464b5f569e2b4f605132727a332aa642d50c430e9c0bf3f43025fedd182b1",
	"village-2018+sichuan@2+1": "4de4d0d721e59cd8c7d34282c73608547f8e756dee762859c9656221d7c0910a",
	"village-2018@2":           "827e7de39c47d77b4481e380b6276368ca13abf9f2fdfe6ce7902aa95e0d447f",
	"village-2026+sichuan@2+1": "e6ed1799be852b9af0f944e5d22255d46b28dc74e6d1d86eccc84da87100c331",
	"village-2026@2":           "d6b1675c39fd164b0fab17d4bbe07752e169172393fcf4f046938befa60a6714",
	"urban-2018+sichuan@3+1":   "1af090d33b4bea9896b6a359c5abf689dd90561608af7f2f1b4bbda65833e9ef",
	"urban-2018@3":             "23a79c8e49afe03f47ba049f458fbe2b54de2d9bdd29befce90ee78ae068ff08",
	"urban-2026+sichuan@3+1":   "1575a7f7bc32e4261484de7ee451b3d1b75fdf0f23bf83e96fa3d0bf32679bd8",
	"urban-2026@3":             "b7e63ad9efff824e5d34c890ba48d68b82ab5a5881a6ae4769ba0cba37c5f930",
	"village-2018+sichuan@3+1": "3d74a0f34ec7a320c54c79f81c3d0c8e044891b2a463c4ae4b1dd2cdf94cfbc3",
	"village-2018@3":           "7a4fb348063f676155beb29106c584e1f61d7fd74842a3f70a398436f3d983bc",
	"village-2026+sichuan@3+1": "4834175cb89066e6962b6aad96b0be14759d187bdcb9b3ea8b2cdb0e5ea99faa",
	"village-2026@3":           "5e8b7645ed20866c9b13d977894fd495fd50a9eaf6552c2e3dba1552f112f9d8",
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
