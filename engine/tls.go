//go:build !noengine

package engine

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"go.temporal.io/server/common/rpc/encryption"
)

const (
	tlsName = "yishi-engine"
	// tlsLife outlives any run of the process; there is nobody to renew the certificate for.
	tlsLife = 10 * 365 * 24 * time.Hour
)

// loopback is the one identity of this process on its own loopback ports: server, client and
// authority at once. Whoever does not hold its key, which is never written anywhere, is refused.
type loopback struct {
	cert  tls.Certificate
	roots *x509.CertPool
}

var _ encryption.TLSConfigProvider = (*loopback)(nil)

func newLoopback() (*loopback, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("engine: key of the loopback ports: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("engine: certificate of the loopback ports: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: tlsName},
		DNSNames:              []string{tlsName},
		NotBefore:             now.Add(-24 * time.Hour),
		NotAfter:              now.Add(tlsLife),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("engine: certificate of the loopback ports: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("engine: certificate of the loopback ports: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &loopback{
		cert:  tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf},
		roots: roots,
	}, nil
}

func (l *loopback) server() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{l.cert},
		ClientCAs:    l.roots,
		ClientAuth:   tls.RequireAndVerifyClientCert,
	}
}

func (l *loopback) client() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{l.cert},
		RootCAs:      l.roots,
		ServerName:   tlsName,
	}
}

// The methods below are what the server asks for: between its services, at the frontend, and of its
// own system worker as a client of the frontend.

func (l *loopback) GetInternodeServerConfig() (*tls.Config, error) { return l.server(), nil }
func (l *loopback) GetInternodeClientConfig() (*tls.Config, error) { return l.client(), nil }
func (l *loopback) GetFrontendServerConfig() (*tls.Config, error)  { return l.server(), nil }
func (l *loopback) GetFrontendClientConfig() (*tls.Config, error)  { return l.client(), nil }

// GetRemoteClusterClientConfig is asked for other clusters, of which there are none.
func (l *loopback) GetRemoteClusterClientConfig(string) (*tls.Config, error) { return l.client(), nil }

// GetExpiringCerts reports none: the certificate outlives the process.
func (l *loopback) GetExpiringCerts(time.Duration) (expiring, expired encryption.CertExpirationMap, err error) {
	return nil, nil, nil
}
