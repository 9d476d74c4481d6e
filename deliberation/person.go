package deliberation

import "time"

// Sex as the identity number states it. Some rules count women (law.md §4.1, §5.6).
type Sex string

// The sexes; empty where unknown.
const (
	Female Sex = "female"
	Male   Sex = "male"
)

// Hukou is where a person's household registration 户籍 lies.
type Hukou string

// Where it lies; empty where unknown.
const (
	HukouHere      Hukou = "here"      // 本地户籍
	HukouElsewhere Hukou = "elsewhere" // 非本地户籍
)

// Standing says whether a person still belongs to the community.
type Standing string

// The standings.
const (
	Present Standing = "present" // 在册
	Moved   Standing = "moved"   // 迁出
	Dead    Standing = "dead"    // 死亡
	Erased  Standing = "erased"  // 已删除个人信息: the id stays, so that what was decided stands
)

// HouseholdID names a household 户.
type HouseholdID string

// Household 户 is who lives together at an address. The number is personal data.
type Household struct {
	ID        HouseholdID
	Community CommunityID
	Group     string // 居(村)民小组
	Building  string // 楼栋, empty where none
	Number    string // 门牌或户号, for example 3栋2单元501
}

// PersonRecord is all that the roster keeps of a person 居(村)民花名册. Everything
// but ids, Sex, Hukou, Standing and days of office is personal data that lies
// encrypted.
type PersonRecord struct {
	Person
	Sex   Sex
	Birth Date // zero where unknown
	// Identity is the 公民身份号码 (GB 11643), empty where unknown.
	Identity string
	// Phone is a mobile number of mainland China, empty where unknown.
	Phone     string
	Household HouseholdID
	// Relation is 与户主关系, by which near relatives are found; empty where unknown.
	Relation Relation
	Hukou    Hukou
	// Since is 居住起始日, zero where unknown.
	Since    Date
	Standing Standing
	// Left is the day of moving away or death, zero while present.
	Left Date
	// Version counts the changes; a change of an older version is refused (RefuseConflict).
	Version int64
}

// Relation is 与户主关系 as rosters write it.
type Relation string

// The relations that decide kinship; others are kept as RelationOther.
const (
	RelationHead       Relation = "head"       // 户主
	RelationSpouse     Relation = "spouse"     // 配偶
	RelationChild      Relation = "child"      // 子女
	RelationChildInLaw Relation = "in_law"     // 儿媳、女婿
	RelationParent     Relation = "parent"     // 父母
	RelationGrandchild Relation = "grandchild" // 孙子女、外孙子女
	RelationGrand      Relation = "grand"      // 祖父母、外祖父母
	RelationSibling    Relation = "sibling"    // 兄弟姐妹
	RelationOther      Relation = "other"      // 其他
)

// Kinship is a near relationship 近亲属 of two persons: 配偶、父母、子女、兄弟姐妹、
// 祖父母、外祖父母、孙子女、外孙子女 (民法典第一千零四十五条第二款).
type Kinship struct {
	A, B PersonID
	// Kind is what B is to A: spouse, child, parent, sibling, grand or grandchild.
	Kind Relation
	// Source says how it is known: "household" (from 与户主关系) or "declared".
	Source string
}

// Member is a person with what rules of composition look at.
type Member struct {
	Person    Person
	Sex       Sex
	Birth     Date
	Household HouseholdID
	Party     Office // PartyMember, ProbationaryMember or empty
	// Offices are all offices the person holds in the community on the day, with their days and source.
	Offices []OfficeHeld
}

// Inclusion says why a person is, or is not, on a roll.
type Inclusion struct {
	Person Person
	In     bool
	// Because is the office by which the person is in.
	Because Office
	// Reason is a catalogue key that says why a person who might be expected is
	// out: under_age, office_ended, office_not_begun, moved, dead, probationary.
	Reason string
	// On is the day the reason speaks of: the eighteenth birthday, the last day of office.
	On Date
}

// PersonQuery looks for persons of a community.
type PersonQuery struct {
	Community CommunityID
	// Text is part of a name, pinyin initials (zxm), full pinyin, or a whole
	// phone or identity number; empty finds all.
	Text  string
	Group string
	// Office narrows to who holds it on On.
	Office Office
	On     Date
	// Standing narrows; empty means Present.
	Standing      Standing
	Offset, Limit int
}

// PersonLine is one line of a list of persons: what may be shown without opening the record.
type PersonLine struct {
	Person
	Household string // number, empty where none
	Offices   []Office
	Standing  Standing
}

// AuditLine is one entry of the audit: who did what, to whom.
type AuditLine struct {
	ID        string
	Actor     PersonID
	Assistant PersonID // who helped at the table, empty where nobody did
	Act       string   // for example view_person, change_person, issue_link, sign_in
	Community CommunityID
	Person    PersonID // whose record, empty where none
	Process   ProcessID
	Subject   string
	At        time.Time // the machine's time
}

// LinkState says how a person stands with the one-time links printed for them.
type LinkState struct {
	// SignedIn says that one was used.
	SignedIn bool
	// Until is when the newest unused one runs out, zero where there is none.
	Until time.Time
}
