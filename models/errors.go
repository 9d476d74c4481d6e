package models

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// untranslatable is Postgres's code for text it cannot hold: a zero byte, or no UTF-8.
const untranslatable = "22021"

// wrap says what was being done. A refusal passes as it is, and a missing row is
// one. The text of an error never holds a value: parameters are not in it, and
// names and texts are sealed before they become parameters.
func wrap(doing string, err error) error {
	var refusal *deliberation.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		return refusal
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Code == untranslatable {
		return deliberation.Refuse(deliberation.RefuseMalformed)
	}
	return fmt.Errorf("models: %s: %w", doing, err)
}

// missing turns a reference to what is not there into a refusal.
func missing(err error) error {
	if errors.Is(err, gorm.ErrForeignKeyViolated) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return err
}

func invalid(field, problem string) error {
	return &deliberation.Refusal{
		Code:   deliberation.RefuseInvalid,
		Fields: []deliberation.FieldProblem{{Field: field, Problem: problem}},
	}
}
