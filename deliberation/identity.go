package deliberation

import (
	"errors"
	"strings"
	"time"
)

// Why an identity number cannot be one. None of them carries the number.
var (
	// ErrIdentityLength: not eighteen characters. Numbers of fifteen are void since 2013.
	ErrIdentityLength = errors.New("identity number: not eighteen characters")
	// ErrIdentityCharacters: not digits with at most a last X, or a region that begins with nought.
	ErrIdentityCharacters = errors.New("identity number: not seventeen digits and a digit or X")
	// ErrIdentityDate: the date of birth in it does not exist or is absurd.
	ErrIdentityDate = errors.New("identity number: the date of birth in it cannot be")
	// ErrIdentityChecksum: the last character does not fit the others, as after a slip of the pen.
	ErrIdentityChecksum = errors.New("identity number: the check character does not fit")
)

// The years between which a date of birth is taken for real. Whether it lies in
// the future depends on the day: see BirthPossible.
const (
	firstBirthYear = 1900
	lastBirthYear  = 2099
)

// oldestAge is the greatest age in years that a roster is believed.
const oldestAge = 125

// identityWeights are those of ISO 7064 MOD 11-2 (GB 11643-1999 §4.1.3).
var identityWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const identityChecks = "10X98765432"

// CheckIdentity checks a 公民身份号码 (GB 11643-1999): region, date of birth,
// order code, check character. It gives what the number says of birth and sex,
// or one of the errors ErrIdentityLength, ErrIdentityCharacters, ErrIdentityDate
// and ErrIdentityChecksum. Write the number first as TidyIdentity does; a small x
// is refused here, so that one person has one number.
func CheckIdentity(number string) (birth Date, sex Sex, err error) {
	if len([]rune(number)) != 18 {
		return Date{}, "", ErrIdentityLength
	}
	if len(number) != 18 || number[0] == '0' {
		return Date{}, "", ErrIdentityCharacters
	}
	sum := 0
	for i, w := range identityWeights {
		digit := number[i]
		if digit < '0' || digit > '9' {
			return Date{}, "", ErrIdentityCharacters
		}
		sum += w * int(digit-'0')
	}
	last := number[17]
	if last != 'X' && (last < '0' || last > '9') {
		return Date{}, "", ErrIdentityCharacters
	}
	day, err := time.ParseInLocation("20060102", number[6:14], Shanghai)
	if err != nil || day.Year() < firstBirthYear || day.Year() > lastBirthYear {
		return Date{}, "", ErrIdentityDate
	}
	if identityChecks[sum%11] != last {
		return Date{}, "", ErrIdentityChecksum
	}
	sex = Female
	if (number[16]-'0')%2 == 1 {
		sex = Male
	}
	return DateOf(day), sex, nil
}

// TidyIdentity writes a number as it is kept: no spaces around or between its
// parts, full-width characters as plain ones, and a great X.
func TidyIdentity(number string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '\t' || r == '\u00a0' || r == '\u3000':
			return -1
		case r >= '０' && r <= '９':
			return '0' + r - '０'
		case r == 'x' || r == 'ｘ' || r == 'Ｘ':
			return 'X'
		}
		return r
	}, number)
}

// BirthPossible reports whether somebody on a roster of the day can have been
// born on birth: not later than the day, nor more than 125 years before it.
func BirthPossible(birth, on Date) bool {
	return !birth.IsZero() && !birth.After(on) && AgeOn(birth, on) <= oldestAge
}

// AgeOn gives the full years of age on the day: a year is complete on the
// corresponding day, for a birth on 29 February on 28 February of a common year
// (民法典第二百零二条). It is below nought where the day lies before the birth.
func AgeOn(birth, on Date) int {
	age := on.Year - birth.Year
	if on.Before(birth.AddYears(age)) {
		age--
	}
	return age
}
