// Package api is the API as openapi.yaml writes it: types, routes and the
// description itself. The domain's values keep their own types.
package api

import "github.com/yishi-project/yishi/deliberation"

// StartRequest is a matter, with the rule pack where one is asked for.
type StartRequest struct {
	deliberation.Matter
	Pack string `json:"pack,omitempty"`
	Kind string `json:"kind,omitempty"`
}

//go:generate go tool oapi-codegen --config=config.yaml openapi.yaml
