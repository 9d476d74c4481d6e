package deliberation

// Citation names the text a rule stands on.
type Citation struct {
	// Law is the full name of the text, for example 中华人民共和国城市居民委员会组织法.
	Law string `json:"law"`
	// Version names the wording, for example 2025年修订.
	Version string `json:"version,omitempty"`
	// Article is the place in it, for example 第二十九条第一款.
	Article string `json:"article,omitempty"`
}

// String gives the citation as it is printed below a verdict.
func (c Citation) String() string {
	s := c.Law
	if c.Version != "" {
		s += "(" + c.Version + ")"
	}
	return s + c.Article
}

// Confidence says how firmly a rule stands (law.md §0.1). It is shown with the
// rule: nobody must take our default for the law.
type Confidence string

const (
	// LawText is a statute or regulation whose text was read.
	LawText Confidence = "law"
	// PartyRule is a rule of the Party whose text was read.
	PartyRule Confidence = "party_rule"
	// LocalPractice is a local or unofficial text; never a national rule.
	LocalPractice Confidence = "local_practice"
	// Analogy is a text that binds somebody else and serves as a model.
	Analogy Confidence = "analogy"
	// Default is Yishi's own choice where no text decides.
	Default Confidence = "default"
)

// Pinning says which day's law governs a parameter (law.md §17.5).
type Pinning string

const (
	// FixedAtStart parameters are those of the day the process began.
	FixedAtStart Pinning = "fixed_at_start"
	// LawOfTheDay parameters govern a continuing duty and are those of the day it arises.
	LawOfTheDay Pinning = "law_of_the_day"
)

// Basis is where a parameter comes from.
type Basis struct {
	Citation   Citation   `json:"citation"`
	Confidence Confidence `json:"confidence"`
}
