"""What a user may type that a browser, a template or a spreadsheet would take for more than text."""

NAME = (
    "<script>alert(1)</script> \"quotes\" 'single' </script><img src=x onerror=alert(2)> {{7*7}} ${7*7} "
    "مرحبا بالعالم 🎓 &amp; \u202eturned"
)
SOURCE = "</script><script>alert(3)</script><b>bold</b> {{7*7}} javascript:alert(4) =HYPERLINK(1)"
