package io.lengthwise.model.jinja;

import java.util.List;

/**
 * What a value is assigned to: a name, several names that share a list's items, or an attribute of
 * a namespace.
 *
 * @param names one, or several
 * @param attribute null, or the attribute where the one name is a namespace
 */
record Target(List<String> names, String attribute) {

  void set(Object value, Scope scope) {
    if (attribute != null) {
      if (!(scope.get(names.get(0)) instanceof Namespace namespace)) {
        throw JinjaException.of("'" + names.get(0) + "' is no namespace");
      }
      namespace.attributes().put(attribute, value);
    } else if (names.size() == 1) {
      scope.set(names.get(0), value);
    } else {
      List<Object> items = Values.items(value);
      if (items.size() != names.size()) {
        throw JinjaException.of(items.size() + " values for " + names.size() + " names");
      }
      for (int i = 0; i < items.size(); i++) {
        scope.set(names.get(i), items.get(i));
      }
    }
  }
}
