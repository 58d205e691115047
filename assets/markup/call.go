package markup

import (
	"fmt"
	"reflect"
	"text/template/parse"
)

// call calls a function with the values of its arguments.
func (x *execution) call(name string, nodes []parse.Node, dot reflect.Value) (reflect.Value, error) {
	fn := reflect.ValueOf(x.page.funcs[name])
	kind := fn.Type()
	if kind.NumIn() != len(nodes) {
		return reflect.Value{}, fmt.Errorf("%s takes %d arguments, not %d", name, kind.NumIn(), len(nodes))
	}
	args := make([]reflect.Value, len(nodes))
	for i, n := range nodes {
		v, err := x.argument(n, dot)
		if err != nil {
			return reflect.Value{}, err
		}
		switch kind.In(i).Kind() {
		case reflect.Interface:
		case reflect.Pointer: // nil means something to a function that asks for a pointer
			for v.Kind() == reflect.Interface {
				v = v.Elem()
			}
		default:
			v = plain(v)
		}
		if !v.IsValid() || !v.Type().AssignableTo(kind.In(i)) {
			return reflect.Value{}, fmt.Errorf("%s: argument %s does not fit", name, n)
		}
		args[i] = v
	}
	out := fn.Call(args)
	if len(out) == 2 {
		if err, failed := out[1].Interface().(error); failed {
			return reflect.Value{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out[0], nil
}

func equal(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func notEqual(a, b any) bool { return !equal(a, b) }

func atLeast(a, b int) bool { return a >= b }

func index(list any, i int) (any, error) {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice || i < 0 || i >= v.Len() {
		return nil, fmt.Errorf("there is no item %d", i)
	}
	return v.Index(i).Interface(), nil
}
