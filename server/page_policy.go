package server

// pageRoutes is the policy's row of every page: the action it does. New fails on
// a page without a row.
var pageRoutes = map[string]action{}
