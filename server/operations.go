package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// meters count requests by route, never by address or person.
type meters struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

func newMeters() meters {
	m := meters{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "yishi_http_requests_total", Help: "Requests answered."}, []string{"method", "route", "status"}),
		seconds:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "yishi_http_request_seconds", Help: "Time to answer.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 11)}, []string{"method", "route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds)
	return m
}

func (m meters) count(method, route string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodHead:
	default:
		method = "other" // a client may send any word
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

// mountOperations gives the routes that machines ask.
func (s *Server) mountOperations(g *echo.Group) {
	g.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, map[string]string{"status": "ok"}) })
	g.GET("/readyz", s.ready)
	g.GET("/metrics", echo.WrapHandler(promhttp.HandlerFor(s.meters.registry, promhttp.HandlerOpts{})))
}

// ready says of each part whether it answers; why not is for the log.
func (s *Server) ready(c echo.Context) error {
	status, parts := http.StatusOK, map[string]string{}
	for name, err := range s.Health.Ready(c.Request().Context()) {
		parts[name] = "ok"
		if err != nil {
			status, parts[name] = http.StatusServiceUnavailable, "down"
			s.Log.WarnContext(c.Request().Context(), "part is not ready", "part", name, "error", err)
		}
	}
	return c.JSON(status, parts)
}

// mountEngine gives operators the engine's own page.
func (s *Server) mountEngine(g *echo.Group) {
	if s.EngineUI == nil {
		return
	}
	h := echo.WrapHandler(s.EngineUI)
	for _, path := range []string{"", "/*"} {
		g.GET(path, h)
		g.POST(path, h)
	}
	g.HEAD("/*", h)
}
