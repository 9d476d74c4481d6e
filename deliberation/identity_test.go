package deliberation

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
)

func TestCheckIdentity(t *testing.T) {
	for _, c := range []struct {
		name, number string
		birth        Date
		sex          Sex
		err          error
	}{
		{"the standard's first example", "11010519491231002X", NewDate(1949, 12, 31), Female, nil},
		{"the standard's second example", "440524188001010014", Date{}, "", ErrIdentityDate}, // born in 1880
		{"a leap day", "510402200002290015", NewDate(2000, 2, 29), Male, nil},
		{"no leap day", "510402190002290019", Date{}, "", ErrIdentityDate},
		{"the last day of a year", "510402199912310016", NewDate(1999, 12, 31), Male, nil},
		{"another last character", "110105194912310021", Date{}, "", ErrIdentityChecksum},
		{"two digits changed about", "11010519491213002X", Date{}, "", ErrIdentityChecksum},
		{"a thirteenth month", "11010519491331002X", Date{}, "", ErrIdentityDate},
		{"a day nought", "11010519491200002X", Date{}, "", ErrIdentityDate},
		{"the year 2100", "110105210001010022", Date{}, "", ErrIdentityDate},
		{"a small x", "11010519491231002x", Date{}, "", ErrIdentityCharacters},
		{"an X within", "1101051949123100X2", Date{}, "", ErrIdentityCharacters},
		{"a letter", "11010519491231002A", Date{}, "", ErrIdentityCharacters},
		{"a region of nought", "01010519491231002X", Date{}, "", ErrIdentityCharacters},
		{"full-width digits", "１１０１０５１９４９１２３１００２Ｘ", Date{}, "", ErrIdentityCharacters},
		{"fifteen digits", "110105491231002", Date{}, "", ErrIdentityLength},
		{"seventeen", "1101051949123100", Date{}, "", ErrIdentityLength},
		{"nineteen", "11010519491231002X1", Date{}, "", ErrIdentityLength},
		{"nothing", "", Date{}, "", ErrIdentityLength},
		{"spaces", "11010519491231002X ", Date{}, "", ErrIdentityLength},
	} {
		birth, sex, err := CheckIdentity(c.number)
		if !errors.Is(err, c.err) || birth != c.birth || sex != c.sex {
			t.Errorf("%s: %v %q %v; want %v %q %v", c.name, birth, sex, err, c.birth, c.sex, c.err)
		}
		if err != nil && c.number != "" && strings.Contains(err.Error(), c.number) {
			t.Errorf("%s: the error carries the number", c.name)
		}
	}
}

// Every single wrong digit, and every exchange of two different neighbours, is found (ISO 7064 MOD 11-2).
func TestIdentityFindsSlips(t *testing.T) {
	const right = "11010519491231002X"
	for i := range right[:17] {
		for d := '0'; d <= '9'; d++ {
			wrong := right[:i] + string(d) + right[i+1:]
			if _, _, err := CheckIdentity(wrong); (err == nil) != (wrong == right) {
				t.Errorf("%s: %v", wrong, err)
			}
		}
		if i < 16 && right[i] != right[i+1] {
			wrong := right[:i] + string(right[i+1]) + string(right[i]) + right[i+2:]
			if _, _, err := CheckIdentity(wrong); err == nil {
				t.Errorf("%s is taken", wrong)
			}
		}
	}
}

// Of the eleven possible last characters exactly one fits.
func TestIdentityHasOneCheckCharacter(t *testing.T) {
	one := func(region uint16, days uint16, order uint16) bool {
		body := strconv.Itoa(100000+int(region)) +
			strings.ReplaceAll(NewDate(1930, 1, 1).AddDays(int(days)%36000).String(), "-", "") +
			strconv.Itoa(1000 + int(order)%1000)[1:]
		fits := 0
		for _, last := range identityChecks {
			if _, _, err := CheckIdentity(body + string(last)); err == nil {
				fits++
			}
		}
		return fits == 1
	}
	if err := quick.Check(one, nil); err != nil {
		t.Error(err)
	}
}

func TestTidyIdentity(t *testing.T) {
	for in, want := range map[string]string{
		"11010519491231002x":          "11010519491231002X",
		" 110105 19491231 002X\u3000": "11010519491231002X",
		"１１０１０５１９４９１２３１００２ｘ":          "11010519491231002X",
		"": "",
	} {
		if got := TidyIdentity(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestAgeOn(t *testing.T) {
	for _, c := range []struct {
		birth, on Date
		age       int
	}{
		{NewDate(2008, 11, 23), NewDate(2026, 11, 22), 17},
		{NewDate(2008, 11, 23), NewDate(2026, 11, 23), 18},
		{NewDate(2008, 2, 29), NewDate(2026, 2, 27), 17},
		{NewDate(2008, 2, 29), NewDate(2026, 2, 28), 18},
		{NewDate(2008, 2, 29), NewDate(2028, 2, 28), 19},
		{NewDate(2008, 2, 29), NewDate(2028, 2, 29), 20},
		{NewDate(2026, 11, 24), NewDate(2026, 11, 23), -1},
	} {
		if got := AgeOn(c.birth, c.on); got != c.age {
			t.Errorf("%s on %s: %d, want %d", c.birth, c.on, got, c.age)
		}
	}
	on := NewDate(2026, 11, 23)
	for birth, possible := range map[Date]bool{
		on: true, on.AddDays(1): false, NewDate(1901, 11, 23): true, NewDate(1900, 11, 23): false, NewDate(1900, 11, 24): true, {}: false,
	} {
		if BirthPossible(birth, on) != possible {
			t.Errorf("born %s: %v", birth, !possible)
		}
	}
}
