// Package packs loads the rule packs: the numbers of the law as data, each with
// its citation, how firmly it stands, and the day it takes effect.
//
// A base pack (village-2026.yaml) holds the national text of one kind of place
// and one period. An overlay (sichuan.yaml) lays local rules over it: its layers
// name the base packs they are for, the parameters they add and those they
// override. The resolved pack has the id "village-2026+sichuan". A pack never
// changes once it is published. An edition (edition-2.yaml) gives the packs it names
// further parameters under the same id, with another version and hash; where the law
// itself changes, a new pack says which one it supersedes. Processes that began
// under an older one end under it.
//
// The effective day of a parameter is that of the text it cites; for practices,
// analogies and defaults it is the day from which the pack uses them.
// keys.yaml is the vocabulary: what a parameter is called and which shape it has.
// calendar-YYYY.yaml is the State Council's rest days of a year. composition.yaml
// is the rules on who sits on a body: law of the day, and part of no pack.
package packs
