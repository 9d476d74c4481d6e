package deliberation_test

import (
	"errors"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// Each threshold exactly met and one short, by the article that sets it.
func TestThresholdsOfAJointDemand(t *testing.T) {
	library, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		article, pack string
		demanded      deliberation.Demanded
		office        deliberation.Office
		due, need     int
	}{
		{"V-OLD 第二十一条第二款 十分之一以上的村民", "village-2018", deliberation.DemandAssembly, deliberation.Resident, 1001, 101},
		{"V-OLD 第二十一条第二款 三分之一以上的村民代表", "village-2018", deliberation.DemandAssembly, deliberation.Representative, 31, 11},
		{"V-OLD 第二十六条第一款 五分之一以上的村民代表", "village-2018", deliberation.DemandConference, deliberation.Representative, 31, 7},
		{"V-NEW 第二十五条第二款 十分之一以上的村民", "village-2026", deliberation.DemandAssembly, deliberation.Resident, 1000, 100},
		{"V-NEW 第三十条第一款 五分之一以上的村民代表", "village-2026", deliberation.DemandConference, deliberation.Representative, 30, 6},
		{"S-VI 第十二条 十分之一以上有选举权的村民", "village-2026+sichuan", deliberation.DemandAssembly, deliberation.Resident, 1009, 101},
		{"U-OLD 第十条第二款 五分之一以上的居民", "urban-2018", deliberation.DemandAssembly, deliberation.Resident, 1001, 201},
		{"U-OLD 第十条第二款 五分之一以上的户", "urban-2018", deliberation.DemandAssembly, deliberation.HouseholdHead, 400, 80},
		{"U-NEW 第二十六条第二款 十分之一以上的居民", "urban-2026", deliberation.DemandAssembly, deliberation.Resident, 1001, 101},
		{"U-NEW 第二十六条第二款 十分之一以上的户代表", "urban-2026", deliberation.DemandAssembly, deliberation.HouseholdHead, 400, 40},
		{"U-NEW 第二十六条第二款 三分之一以上的居民代表", "urban-2026", deliberation.DemandAssembly, deliberation.Representative, 61, 21},
		{"U-NEW 第二十八条第二款 五分之一以上的居民代表", "urban-2026", deliberation.DemandConference, deliberation.Representative, 61, 13},
		{"PMR 第十三条 百分之二十以上业主", "urban-2026", deliberation.DemandOwnersMeeting, deliberation.Owner, 301, 61},
	} {
		p, err := library.Pack(c.pack)
		if err != nil {
			t.Fatal(err)
		}
		rules, err := deliberation.DemandOf(p, c.demanded)
		if err != nil {
			t.Fatalf("%s: %v", c.article, err)
		}
		for signed, met := range map[int]bool{c.need: true, c.need - 1: false} {
			v := deliberation.DemandVerdict(rules.Thresholds, deliberation.SignatureCount{Rolls: []deliberation.SignatureRoll{{Office: c.office, Due: c.due, Signed: signed}}})
			if v.Met != met || len(v.Checks) != len(rules.Thresholds) {
				t.Errorf("%s: %d of %d gives %v", c.article, signed, c.due, v.Met)
			}
			if v.Sentence("zh") == "" || v.Sentence("en") == "" {
				t.Errorf("%s: no sentence", c.article)
			}
		}
	}
}

func TestWhatNobodyMayDemand(t *testing.T) {
	library, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	for pack, d := range map[string]deliberation.Demanded{"urban-2018": deliberation.DemandConference, "village-2026": deliberation.DemandOwnersMeeting, "urban-2026": "everything"} {
		p, err := library.Pack(pack)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := deliberation.DemandOf(p, d); !errors.Is(err, deliberation.Refuse(deliberation.RefuseFormNotInPack)) {
			t.Errorf("%s under %s: %v", d, pack, err)
		}
	}
	p, _ := library.Pack("urban-2026")
	sound := deliberation.Matter{
		Title: "请开会", Summary: "停车", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: deliberation.OriginResidents,
		Form: deliberation.Assembly, Demanded: deliberation.DemandAssembly,
	}
	if err := deliberation.CheckDemand(p, sound); err != nil {
		t.Error(err)
	}
	for field, change := range map[string]func(m *deliberation.Matter){
		"title":    func(m *deliberation.Matter) { m.Title = " " },
		"form":     func(m *deliberation.Matter) { m.Form = deliberation.Conference },
		"demanded": func(m *deliberation.Matter) { m.Demanded = "" },
		"estate":   func(m *deliberation.Matter) { m.Estate = "e1" },
		"origin":   func(m *deliberation.Matter) { m.Origin = deliberation.OriginParty },
	} {
		m := sound
		change(&m)
		var r *deliberation.Refusal
		if err := deliberation.CheckDemand(p, m); !errors.As(err, &r) || r.Code != deliberation.RefuseInvalid || !hasField(r, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func hasField(r *deliberation.Refusal, field string) bool {
	for _, f := range r.Fields {
		if f.Field == field {
			return true
		}
	}
	return false
}
