package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Problem is a refusal as the API gives it (RFC 9457).
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// Basis is the rule that refused, with how firmly it stands.
	Basis   *deliberation.Basis         `json:"basis"`
	Verdict *deliberation.Verdict       `json:"verdict"`
	Fields  []deliberation.FieldProblem `json:"fields"`
}

// Error gives the sentence that a person reads.
func (p *Problem) Error() string {
	return fmt.Sprintf("%d %s: %s %s", p.Status, p.Code, p.Title, p.Detail)
}

// How long a client bears with a server that is away, and how often it asks.
const (
	away    = 60 * time.Second
	between = 100 * time.Millisecond
)

// person speaks to the API as one of the cast.
type person struct {
	base    string
	http    *http.Client
	session string
	id      deliberation.PersonID
	name    string
	serial  int
}

// process is what the player reads of a process.
type process struct {
	ID         deliberation.ProcessID   `json:"id"`
	Status     deliberation.Status      `json:"status"`
	Tasks      []deliberation.Task      `json:"tasks"`
	Meetings   []deliberation.Meeting   `json:"meetings"`
	Polls      []deliberation.Poll      `json:"polls"`
	Postings   []deliberation.Posting   `json:"postings"`
	Objections []deliberation.Objection `json:"objections"`
	Marks      []deliberation.Mark      `json:"marks"`
}

// act is the body of an act.
type act struct {
	At          *time.Time `json:"at,omitempty"`
	Place       string     `json:"place,omitempty"`
	Text        string     `json:"text,omitempty"`
	Subject     string     `json:"subject,omitempty"`
	Days        int        `json:"days,omitempty"`
	IncomeFen   int64      `json:"income_fen,omitempty"`
	SpendingFen int64      `json:"spending_fen,omitempty"`
	Photo       []byte     `json:"photo,omitempty"`
	PhotoType   string     `json:"photo_type,omitempty"`

	Voting   deliberation.Voting   `json:"voting,omitempty"`
	Category deliberation.Category `json:"category,omitempty"`
	Decision string                `json:"decision,omitempty"`
	Finding  deliberation.Finding  `json:"finding,omitempty"`
	Yes      int                   `json:"yes,omitempty"`
	No       int                   `json:"no,omitempty"`
	Abstain  int                   `json:"abstain,omitempty"`

	Participants []deliberation.Participant `json:"participants,omitempty"`

	Options  []string            `json:"options,omitempty"`
	Seats    int                 `json:"seats,omitempty"`
	OnPaper  bool                `json:"on_paper,omitempty"`
	Grant    *deliberation.Grant `json:"grant,omitempty"`
	Together bool                `json:"together,omitempty"`
	Sections int                 `json:"sections,omitempty"`

	People []deliberation.PersonID   `json:"people,omitempty"`
	Post   deliberation.ElectionPost `json:"post,omitempty"`

	Survey *satisfaction `json:"survey,omitempty"`
}

// signIn uses a one-time link up.
func (p *person) signIn(ctx context.Context, token string) error {
	var got struct {
		Session string `json:"session"`
		Person  struct {
			ID   deliberation.PersonID `json:"id"`
			Name string                `json:"name"`
		} `json:"person"`
	}
	if err := p.post(ctx, "/sessions", map[string]string{"token": token}, &got); err != nil {
		return err
	}
	p.session, p.id, p.name = got.Session, got.Person.ID, got.Person.Name
	return nil
}

func (p *person) get(ctx context.Context, path string, into any) error {
	return p.do(ctx, http.MethodGet, path, "", nil, into)
}

// post sends a command under a key of its own.
func (p *person) post(ctx context.Context, path string, body, into any) error {
	p.serial++
	return p.postAs(ctx, path, fmt.Sprintf("play-%s-%04d", p.id, p.serial), body, into)
}

func (p *person) postAs(ctx context.Context, path, key string, body, into any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return p.do(ctx, http.MethodPost, path, key, b, into)
}

// do asks, and asks again under the same key while the server is away or busy, as
// any good client does: what was acknowledged is not done twice.
func (p *person) do(ctx context.Context, method, path, key string, body []byte, into any) error {
	for giveUp := time.Now().Add(away); ; {
		err := p.once(ctx, method, path, key, body, into)
		var problem *Problem
		var gone *url.Error
		busy := errors.As(err, &problem) && problem.Status == http.StatusServiceUnavailable
		if !busy && !errors.As(err, &gone) && !errors.Is(err, io.ErrUnexpectedEOF) || time.Now().After(giveUp) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(between):
		}
	}
}

func (p *person) once(ctx context.Context, method, path, key string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, p.base+"/api/v1"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Language", "zh-CN")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
	}
	if p.session != "" {
		req.Header.Set("Authorization", "Bearer "+p.session)
	}
	res, err := p.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		problem := &Problem{Status: res.StatusCode}
		if err := json.Unmarshal(answer, problem); err != nil {
			return fmt.Errorf("%s %s: %d and no problem that can be read: %w", method, path, res.StatusCode, err)
		}
		return problem
	}
	switch v := into.(type) {
	case nil:
		return nil
	case *[]byte:
		*v = answer
		return nil
	}
	return json.Unmarshal(answer, into)
}
