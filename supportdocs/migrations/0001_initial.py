

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentIndex',
            fields=[
                ('rowid', models.BigIntegerField(primary_key=True, serialize=False)),
                ('text', models.TextField(db_column='supportdocs_text_fts')),
            ],
            options={
                'db_table': 'supportdocs_text_fts',
                'managed': False,
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SupportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('job_id', models.BigIntegerField(unique=True)),
                ('job_name', models.CharField(max_length=300)),
            ],
            options={
                'verbose_name': 'job with documents',
                'verbose_name_plural': 'jobs with documents',
                'ordering': ['-job_id'],
            },
        ),
        migrations.CreateModel(
            name='DocumentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=150)),
                ('stored_name', models.CharField(max_length=120, unique=True)),
                ('extension', models.CharField(max_length=10)),
                ('content_type', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('uploaded_at', models.DateTimeField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('text_state', models.PositiveSmallIntegerField(choices=[(0, 'waiting to be read'), (1, 'read'), (2, 'could not be read'), (3, 'not read')], default=0)),
                ('text_problem', models.CharField(blank=True, max_length=20)),
                ('text_tries', models.PositiveSmallIntegerField(default=0)),
                ('text_lease', models.DateTimeField(blank=True, null=True)),
                ('pages', models.PositiveIntegerField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('is_damaged', models.BooleanField(default=False)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'version',
                'verbose_name_plural': 'versions',
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='SupportTable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('deleted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=300)),
                ('in_checklist', models.BooleanField(default=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('current', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supportdocs.documentversion')),
            ],
            options={
                'verbose_name': 'document',
                'verbose_name_plural': 'documents',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SupportEngineeringDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='supportdocs.supportjob')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='supportdocs.supporttable')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='documentversion',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='supportdocs.supporttable'),
        ),
        migrations.CreateModel(
            name='DocumentText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('words', models.TextField(blank=True)),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='found_by', to='supportdocs.supporttable')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddIndex(
            model_name='supporttable',
            index=models.Index(fields=['name', 'id'], name='document_name'),
        ),
        migrations.AddIndex(
            model_name='supporttable',
            index=models.Index(condition=models.Q(('deleted_at', None), ('in_checklist', True)), fields=['id'], name='document_listed'),
        ),
        migrations.AddConstraint(
            model_name='supportengineeringdocument',
            constraint=models.UniqueConstraint(fields=('job', 'document'), name='document_once_per_job'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(fields=['uploaded_by', 'uploaded_at'], name='version_quota'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(fields=['size', 'id'], name='version_size'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(fields=['uploaded_at', 'id'], name='version_uploaded'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(fields=['extension', 'id'], name='version_type'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(fields=['checked_at', 'id'], name='version_checked'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(condition=models.Q(('text_state', 0)), fields=['id'], name='version_unread'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(condition=models.Q(('is_damaged', True)), fields=['id'], name='version_damaged'),
        ),
        migrations.AddConstraint(
            model_name='documentversion',
            constraint=models.UniqueConstraint(fields=('document', 'number'), name='one_file_per_version'),
        ),
    ]
