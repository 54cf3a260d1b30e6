"""What can stand in a scene: shapes, sprites, and things that are drawn here."""
