package tds

import (
	"encoding/binary"
	"fmt"
)

// ProductVersion is the version of a server or client program, in PRELOGIN and
// LOGINACK: 16.0.4175 of SQL Server 2022. LOGINACK has no SubBuild.
type ProductVersion struct {
	Major, Minor byte
	Build        uint16
	SubBuild     uint16
}

func (v ProductVersion) String() string {
	return fmt.Sprintf("%d.%d.%d.%d", v.Major, v.Minor, v.Build, v.SubBuild)
}

// append4 appends major, minor and build, big-endian.
func (v ProductVersion) append4(dst []byte) []byte {
	return append(dst, v.Major, v.Minor, byte(v.Build>>8), byte(v.Build))
}

// productVersion reads what append4 wrote. b has 4 bytes.
func productVersion(b []byte) ProductVersion {
	return ProductVersion{Major: b[0], Minor: b[1], Build: binary.BigEndian.Uint16(b[2:])}
}
