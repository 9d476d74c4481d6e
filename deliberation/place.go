package deliberation

import "strings"

// PlaceID names a node of the tree of places. A community is a place, so its id is one.
type PlaceID = CommunityID

// PlaceKind is what a place is. The tree runs city 市(州) → county 县(区) →
// township 街道(乡镇) → village 村 or urban 社区 → group 居(村)民小组 and building 楼栋;
// households hang below the community on their own, since their address is personal data.
type PlaceKind string

// The kinds, from the top down.
const (
	CityPlace     PlaceKind = "city"
	CountyPlace   PlaceKind = "county"
	TownshipPlace PlaceKind = "township"
	VillagePlace  PlaceKind = PlaceKind(Village)
	UrbanPlace    PlaceKind = PlaceKind(Urban)
	GroupPlace    PlaceKind = "group"
	BuildingPlace PlaceKind = "building"
)

// PlaceKinds lists all kinds from the top down.
var PlaceKinds = []PlaceKind{CityPlace, CountyPlace, TownshipPlace, VillagePlace, UrbanPlace, GroupPlace, BuildingPlace}

// IsCommunity reports whether the kind is one that deliberates: 社区 or 村.
func (k PlaceKind) IsCommunity() bool { return k == VillagePlace || k == UrbanPlace }

// MayHold reports whether a place of kind k may stand directly above one of kind below.
// A level may be left out above the community (a county-level city has no city above it).
func (k PlaceKind) MayHold(below PlaceKind) bool {
	switch k {
	case CityPlace:
		return below == CountyPlace || below == TownshipPlace
	case CountyPlace:
		return below == TownshipPlace
	case TownshipPlace:
		return below.IsCommunity()
	case VillagePlace, UrbanPlace:
		return below == GroupPlace || below == BuildingPlace
	}
	return false
}

// Place is a node of the tree.
type Place struct {
	ID PlaceID
	// Parent is the place directly above, empty at the top.
	Parent PlaceID
	Kind   PlaceKind
	Name   string
	// Overlay is the local rule pack that applies from here down, for example
	// "sichuan"; empty where the place above decides.
	Overlay string
	// Demo places are made up; see Community.Demo.
	Demo bool
}

// CommunityOf makes the community that stands at the end of a path from the top
// of the tree down; ok is false where it ends in no community. The nearest
// overlay above it applies.
func CommunityOf(path []Place) (c Community, ok bool) {
	if len(path) == 0 || !path[len(path)-1].Kind.IsCommunity() {
		return Community{}, false
	}
	end := path[len(path)-1]
	c = Community{ID: end.ID, Name: end.Name, Kind: CommunityKind(end.Kind), Demo: end.Demo}
	for _, p := range path {
		if p.Overlay != "" {
			c.Place = p.Overlay
		}
	}
	return c, true
}

// PathName writes a path as people read it: 攀枝花市 › 东区 › 大渡口街道.
func PathName(path []Place) string {
	names := make([]string, len(path))
	for i, p := range path {
		names[i] = p.Name
	}
	return strings.Join(names, " › ")
}

// OpenCount says how much is open in a community.
type OpenCount struct {
	// Processes run or are held; Held are those of them that a rectification holds.
	Processes, Held int
	// Tasks wait for somebody.
	Tasks int
	// OverdueDuties are bodies that have not met for longer than the law allows.
	OverdueDuties int
}

// Plus adds two counts.
func (n OpenCount) Plus(m OpenCount) OpenCount {
	return OpenCount{n.Processes + m.Processes, n.Held + m.Held, n.Tasks + m.Tasks, n.OverdueDuties + m.OverdueDuties}
}
