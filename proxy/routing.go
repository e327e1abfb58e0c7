package proxy

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"tds-launchpad/tds"
)

// maxHops bounds how often one login is redirected. Azure needs one; SqlClient allows ten.
const maxHops = 10

// follow connects to the engine that the present one names in a routing ENVCHANGE (MS-TDS
// 2.2.7.9, types 20 and 21) and returns its host name. The client learns nothing of it: it would
// go there past the proxy.
func (r *loginRelay) follow(target *tds.Routing) (string, error) {
	if r.usedSSPI || r.login.IntegratedSecurity() {
		return "", newError(errRouting, "the engine redirects the login to %s:%d, which can't be followed with integrated security: "+
			"the client's credentials are for the first server only. Configure the second as the engine.", target.Server, target.Port)
	}
	if target.Protocol != 0 || target.Port == 0 || target.Server == "" {
		return "", newError(errRouting, "the engine redirects the login to %q by protocol %d, port %d, which is not TCP.",
			target.Server, target.Protocol, target.Port)
	}
	host, instance, _ := strings.Cut(target.Server, `\`)
	if target.Database != "" {
		r.login.Database = target.Database
	}
	_ = r.engine.raw.Close()
	_, answer, err := r.connectEngine(r.ctx, net.JoinHostPort(host, strconv.Itoa(int(target.Port))), r.prelogin)
	if err != nil {
		return "", err
	}
	if err := samePromises(r.answer, answer); err != nil {
		return "", newError(errRouting, "the engine redirects the login to %s:%d, which can't be followed: %v.",
			target.Server, target.Port, err)
	}
	if nonce, ok := answer.Get(tds.PreloginNonceOpt); ok {
		if err := r.renewNonce(nonce); err != nil {
			return "", err
		}
	}
	if instance != "" {
		return host + `\` + instance, nil
	}
	return host, nil
}

// samePromises makes sure that what the client was told in answer to its PRELOGIN holds for the
// second engine too.
func samePromises(first, second tds.Prelogin) error {
	if first.MARS() != second.MARS() {
		return fmt.Errorf("the two servers differ in MARS")
	}
	a, _ := first.FedAuthRequired()
	b, _ := second.FedAuthRequired()
	if a != b {
		return fmt.Errorf("the two servers differ in FEDAUTHREQUIRED")
	}
	return nil
}

// renewNonce puts the second engine's nonce where the client has put the first one's.
func (r *loginRelay) renewNonce(nonce []byte) error {
	data, ok := r.login.Feature(tds.FeatureFedAuth)
	if !ok {
		return nil
	}
	feature, err := tds.ParseFedAuthFeature(data)
	if err != nil || feature.Library != tds.FedAuthSecurityToken || feature.Nonce == nil {
		if feature.Library == tds.FedAuthLiveID {
			return newError(errRouting, "the engine redirects a login whose token is signed for the first server.")
		}
		return nil
	}
	feature.Nonce = nonce
	if data, err = feature.Append(nil); err != nil {
		return newError(errInternal, "FEDAUTH can't be written again: %v.", err)
	}
	r.login.SetFeature(tds.FeatureFedAuth, data)
	return nil
}
