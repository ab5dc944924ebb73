module homecloud/test/tools/secret-readers

go 1.26.0

require (
	github.com/abbot/go-http-auth v0.0.0-00010101000000-000000000000
	golang.org/x/crypto v0.58.0
)

require golang.org/x/sys v0.49.0 // indirect

// As in Traefik's own go.mod.
replace github.com/abbot/go-http-auth => github.com/containous/go-http-auth v0.4.1-0.20200324110947-a37a7636d23e
