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
	"urban-2018+sichuan@3+1":   "11aca55754c555d2086d79681c49217c8ead9d37a10350980e962f5d98bbc312",
	"urban-2018@3":             "6bfce684b7122deeb6b25b172cb2cebc7e7042aa030464f44a92bbb8d2e56c6e",
	"urban-2026+sichuan@3+1":   "b276ddc75081849b2fe648267f3d400312a80292412ec809dace9cdda6dd7940",
	"urban-2026@3":             "d801719c2f137d15817528f733646ac75fedc82e3fe02d51cd2d6c39fc74103d",
	"village-2018+sichuan@3+1": "b22c78b6d8801f9395e55152c6d1688fb7477c11f03ff831d23ce6cd13e52b93",
	"village-2018@3":           "fc6f16911af9104832a6b4365ae94d24a9b9af57bdf810b5346ca210c7ac8442",
	"village-2026+sichuan@3+1": "f83d04ea2af92b112c670dc23dd1240ee9568ada09049cfe76f8e1e0739f0f0f",
	"village-2026@3":           "edb029a92e78f497c6bb38f1cc964c3493c2e1907d95f9df5b9220f0a215b5e0",
	"urban-2018+sichuan@4+1":   "885903497e04d9acdccfd281ef03d54ebd9a4806c8eeaff45236e9d43eca1197",
	"urban-2018@4":             "bca70a2819205bdf2530afc30684b9d185660247b000a44a922299f35e1765f2",
	"urban-2026+sichuan@4+1":   "81c4a77f9d91db975b1ba6b16260b7c38adb6433a7a92b023f50fc658475acf1",
	"urban-2026@4":             "611b97c991a401acd956b8c732e14edc07f07099adaf688794e7276167701390",
	"village-2018+sichuan@4+1": "1c3985132853c40f0dd2c53ee67e593caffe35ee632f3bb0dd7e9c1c694e95c8",
	"village-2018@4":           "5304e5261e96877d240e983b70815a5a6034861bdf2c20fd8ef42611d12bef27",
	"village-2026+sichuan@4+1": "cd2e1cf3ade47cbfc6610b911f822b1cc076d555c65b91c820d426cdb766e3f6",
	"village-2026@4":           "157067e5077f116f56788e13a16c4ffa85479468d037562c7b853316f97108ef",
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
