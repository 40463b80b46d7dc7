package io.lengthwise.model.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lengthwise.model.file.ModelFileException;
import io.lengthwise.request.Message;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates that are not supported, or that attack the process, are refused. */
class RefusedChatTemplateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {% generation %}x{% endgeneration %}               ~ generation
          {% filter upper %}x{% endfilter %}                 ~ filter
          {% for m in messages if m.role == 'user' %}{% endfor %} ~ for ... if
          {% for m in messages %}{% else %}{% endfor %}      ~ {% else %}
          {{ messages | batch(2) }}                          ~ |batch
          {{ messages | nonsense }}                          ~ |nonsense
          {{ 1 if messages is nonsense }}                    ~ is nonsense
          {{ nonsense(1) }}                                  ~ nonsense
          {{ messages[0].content.zfill(3) }}                 ~ zfill
          {{ messages[::2] }}                                ~ messages[::2]
          {{ 'abc'[0] }}                                     ~ 'abc'[0]
          {{ '%s' % 'a' }}                                   ~ %s
          {{ '\\x41' }}                                  ~ \\x
          {{ 1 < 2 < 3 }}                                    ~ 1 < 2 < 3
          {% for m in messages %}{{ loop.previtem }}{% endfor %} ~ loop.previtem
          {{ messages[0].role == 'user' }}                   ~ messages[0].role == 'user'
          {{ 'a' and 'b' }}                                  ~ 'a' and 'b'
          {{ [1, 2] }}                                       ~ [1, 2]
          {{ messages[0].content[:3] }}                      ~ cuts a message's text
          {{ 'a' if messages[0].content == ' Hello. ' }}     ~ looks into a message
          {% if true %}                                      ~ endif
          {{ messages                                        ~ has no '}}'
          {% raw %}                                          ~ {% endraw %}
          """)
  void whatItCannotRenderIsAnErrorThatNamesTheConstruct(String source, String named) {
    assertRefused(source).hasMessageContaining(named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{}}", "{{-}}", "{{--}}", "{%%}", "{%-%}", "{%+%}", "{%+-%}"})
  void emptyConstructIsRefused(String source) {
    assertRefused(source);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ ''.getClass() }}",
        "{{ messages.getClass().getClassLoader() }}",
        "{{ messages[0].getClass() }}",
        "{{ messages.clear() }}",
        "{{ ____int3rpr3t3r____.getContext() }}",
        "{{ ____int3rpr3t3r____.config.elResolver }}",
        "{% for m in messages %}{{ loop.getClass() }}{% endfor %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{{ 'x' | render }}",
        "{{ '127.0.0.1' | ipaddr }}",
        "{{ type(1) }}"
      })
  void nothingOfJavaCanBeReached(String source) {
    assertRefused(source);
  }

  @Test
  void propertiesOfTextsAreUndefined() {
    assertThat(
            render(
                "{{ ''.class }}{{ ''['class'].forName('java.lang.Runtime') }}{{ range(2).class"
                    + " }}ok",
                new Message("user", "x")))
        .isEqualTo("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='x') %}{% for a in range(40) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}",
        "{% set ns = namespace(x='x') %}{% for a in range(40) %}{% set ns.x = ns.x ~ ns.x %}"
            + "{% endfor %}",
        "{% set ns = namespace(x='xx') %}{% for a in range(40) %}"
            + "{% set ns.x = ns.x.replace('x', ns.x) %}{% endfor %}",
        "{% set ns = namespace(x='xx') %}{% for a in range(40) %}"
            + "{% set ns.x = ns.x | replace('x', ns.x) %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"
      })
  void hugeWorkIsEnded(String source) {
    assertRefused(source);
  }

  @Test
  void deepExpressionIsRefused() {
    assertRefused("{{ " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " }}");
  }

  private static AbstractThrowableAssert<?, ?> assertRefused(String source) {
    return assertThatThrownBy(() -> ChatTemplate.of(source, Path.of("file"), null, null))
        .isInstanceOf(ModelFileException.class);
  }

  private static String render(String template, Message... messages) {
    return ChatTemplate.of(template, Path.of("file"), null, null)
        .render(List.of(messages))
        .toString();
  }
}
