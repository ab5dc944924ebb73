// Reads what secret-values/ makes with the libraries of its consumers: crypto/x509 as cert-manager and every Go client
// does, x/crypto/ssh as Flux does, and the library of Traefik's basicAuth. A JSON file in, JSON out.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"time"

	goauth "github.com/abbot/go-http-auth"
	"golang.org/x/crypto/ssh"
)

type leaf struct {
	DNS, IP, Email, URI string
	// Signed by an authority between.
	Between bool
}

type input struct {
	Authority struct{ Root, Certificate, Key string }
	Now       time.Time
	Leaves    []leaf
	SSHKey    string
	Passwords []struct{ Password, Secret string }
}

type signed struct {
	Certificate string `json:"certificate"`
	// Of the authority between, or empty.
	Between string `json:"between"`
	// Why crypto/x509 refuses it, or empty.
	Refusal string `json:"refusal"`
	// The same of a reader that takes from a root nothing but its key, as Java does.
	BlindRefusal string `json:"blindRefusal"`
}

type output struct {
	Leaves         []signed `json:"leaves"`
	SSHPublicKey   string   `json:"sshPublicKey"`
	SSHFingerprint string   `json:"sshFingerprint"`
	Passwords      []bool   `json:"passwords"`
}

func main() {
	var in input
	try(json.Unmarshal(must(os.ReadFile(os.Args[1])), &in))
	var out output

	pair := must(tls.X509KeyPair([]byte(in.Authority.Certificate), []byte(in.Authority.Key)))
	signer := must(x509.ParseCertificate(pair.Certificate[0]))
	block, _ := pem.Decode([]byte(in.Authority.Root))
	root := must(x509.ParseCertificate(block.Bytes))
	for _, one := range in.Leaves {
		out.Leaves = append(out.Leaves, sign(root, signer, pair.PrivateKey, in.Now, one))
	}

	key := must(ssh.ParsePrivateKey([]byte(in.SSHKey)))
	message := []byte("message")
	try(key.PublicKey().Verify(message, must(key.Sign(rand.Reader, message))))
	out.SSHPublicKey = string(ssh.MarshalAuthorizedKey(key.PublicKey()))
	out.SSHFingerprint = ssh.FingerprintSHA256(key.PublicKey())

	for _, one := range in.Passwords {
		out.Passwords = append(out.Passwords, goauth.CheckSecret(one.Password, one.Secret))
	}
	try(json.NewEncoder(os.Stdout).Encode(out))
}

// Signs and judges a certificate of a server as cert-manager's CA issuer would make it.
func sign(root, issuer *x509.Certificate, issuerKey crypto.PrivateKey, now time.Time, of leaf) signed {
	var result signed
	intermediates := x509.NewCertPool()
	intermediates.AddCert(issuer)
	if of.Between {
		template := template("between", now)
		template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
		der, key := issue(template, issuer, issuerKey)
		issuer, issuerKey = must(x509.ParseCertificate(der)), key
		intermediates.AddCert(issuer)
		result.Between = encode(der)
	}

	template := template("", now)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if of.DNS != "" {
		template.DNSNames = []string{of.DNS}
	}
	if of.IP != "" {
		template.IPAddresses = []net.IP{net.ParseIP(of.IP)}
	}
	if of.Email != "" {
		template.EmailAddresses = []string{of.Email}
	}
	if of.URI != "" {
		template.URIs = []*url.URL{must(url.Parse(of.URI))}
	}
	der, _ := issue(template, issuer, issuerKey)
	result.Certificate = encode(der)

	certificate := must(x509.ParseCertificate(der))
	result.Refusal = judge(certificate, intermediates, root, now)
	blind := *root
	blind.PermittedDNSDomains, blind.PermittedEmailAddresses, blind.PermittedURIDomains = nil, nil, nil
	blind.PermittedIPRanges, blind.ExcludedIPRanges = nil, nil
	result.BlindRefusal = judge(certificate, intermediates, &blind, now)
	return result
}

func judge(certificate *x509.Certificate, intermediates *x509.CertPool, root *x509.Certificate, now time.Time) string {
	roots := x509.NewCertPool()
	roots.AddCert(root)
	options := x509.VerifyOptions{Roots: roots, Intermediates: intermediates, CurrentTime: now}
	if _, err := certificate.Verify(options); err != nil {
		return err.Error()
	}
	return ""
}

func template(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, big.NewInt(1<<62))),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Minute),
		NotAfter:     now.Add(90 * 24 * time.Hour),
	}
}

func issue(template, issuer *x509.Certificate, issuerKey crypto.PrivateKey) ([]byte, crypto.PrivateKey) {
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	return must(x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), issuerKey)), key
}

func encode(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func must[T any](value T, err error) T {
	try(err)
	return value
}

func try(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
