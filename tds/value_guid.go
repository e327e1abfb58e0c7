package tds

import "github.com/google/uuid"

// A uniqueidentifier has its first three groups little-endian on the wire, while a
// uuid.UUID holds them in the order in which they are written.

// GUID is Decode for uniqueidentifier without an interface value. raw must not be
// nil.
func (t *TypeInfo) GUID(raw []byte) (uuid.UUID, error) {
	if t.ID != TypeGUID || len(raw) != 16 {
		return uuid.UUID{}, t.badLength(raw)
	}
	return swapGUID(uuid.UUID(raw)), nil
}

func (t *TypeInfo) decodeGUID(raw []byte) (any, error) {
	u, err := t.GUID(raw)
	if err != nil {
		return nil, err
	}
	return u, nil
}

func (t *TypeInfo) encodeGUID(dst []byte, v any) ([]byte, error) {
	u, ok := v.(uuid.UUID)
	if !ok {
		return dst, t.cannotEncode(v)
	}
	u = swapGUID(u)
	return append(dst, u[:]...), nil
}

// swapGUID turns either order into the other.
func swapGUID(u uuid.UUID) uuid.UUID {
	u[0], u[1], u[2], u[3] = u[3], u[2], u[1], u[0]
	u[4], u[5], u[6], u[7] = u[5], u[4], u[7], u[6]
	return u
}
